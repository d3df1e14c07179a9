# SPDX-License-Identifier: GPL-3.0-or-later
"""The models of the topology."""
