# SPDX-License-Identifier: GPL-3.0-or-later
"""The one list of what secrets look like: on hosts, in a topology, wherever somebody looks. Standard library only."""
