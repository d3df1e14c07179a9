# SPDX-License-Identifier: GPL-3.0-or-later
"""From one generation to the next: precheck, guard, trial, confirm, rollback."""
