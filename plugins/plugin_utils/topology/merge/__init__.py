# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain data from several places as one, without precedence: each place says its part, and no leaf is said twice."""
