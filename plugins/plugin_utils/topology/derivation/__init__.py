# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that follow from a topology. Nothing is imported here: rules need one derivation and not all."""
