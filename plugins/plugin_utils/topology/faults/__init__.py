# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is wrong with data that is no topology."""
