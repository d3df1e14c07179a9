# SPDX-License-Identifier: GPL-3.0-or-later
"""One process per run of Ansible that reads secrets for its forks; imports nothing, since every fork imports this."""
