# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP to one server: one deadline for everything, TLS that is verified, reads that are tried again."""
