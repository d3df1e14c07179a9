# SPDX-License-Identifier: GPL-3.0-or-later
"""Health of assets as the controller sees it: where to ask follows from the topology, and from nothing else."""
