# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is, against what it should be: findings, and the plan of a run."""
