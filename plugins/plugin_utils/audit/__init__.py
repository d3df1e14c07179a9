# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of an audit of hosts: which values to look for."""
