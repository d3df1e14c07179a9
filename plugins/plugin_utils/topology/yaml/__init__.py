# SPDX-License-Identifier: GPL-3.0-or-later
"""A safe part of YAML: files, scalars, data, and where everything stands."""
