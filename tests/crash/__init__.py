# SPDX-License-Identifier: GPL-3.0-or-later
"""What a disk may hold after a power cut."""
