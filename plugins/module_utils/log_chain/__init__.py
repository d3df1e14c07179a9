# SPDX-License-Identifier: GPL-3.0-or-later
"""What break-glass leaves behind: a break-glass log, on the host and on the controller.

Python 3.9 and its standard library only.
"""
