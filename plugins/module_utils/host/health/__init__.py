# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether units do their work."""
