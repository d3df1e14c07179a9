# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, end to end, on real parts."""
