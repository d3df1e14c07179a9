# SPDX-License-Identifier: GPL-3.0-or-later
"""KV v2 of OpenBao: values, what can be known without them, and writes by check-and-set."""
