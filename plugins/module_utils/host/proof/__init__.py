# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what was declared is in force, judged by the kernel: systemd shows a setting that it left out as well."""
