# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds whatever a topology says: the directives of systemd, Bech32, loopback."""
