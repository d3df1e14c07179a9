# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts said of themselves → one report about all of them, as data and as a page."""
