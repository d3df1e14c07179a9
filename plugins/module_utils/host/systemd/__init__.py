# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd as the host has it: its commands, what it really applies, its files."""
