# SPDX-License-Identifier: GPL-3.0-or-later
"""What action plugins have in common, by what they work with."""
