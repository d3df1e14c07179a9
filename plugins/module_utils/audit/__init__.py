# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks for residual secrets on a host: files, units, shell histories, processes.

Python 3.9 and its standard library only. Nothing here writes to disk, and a finding never holds what was found.
"""
