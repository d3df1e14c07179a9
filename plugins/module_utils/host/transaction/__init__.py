# SPDX-License-Identifier: GPL-3.0-or-later
"""The one open change of a host: how far it is, how it ended, what came before."""
