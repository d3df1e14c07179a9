# SPDX-License-Identifier: GPL-3.0-or-later
"""The host projection: topology → one document per host → one generation.

Nothing is imported here: an inventory needs documents only, and every start of Ansible would pay for the rest.
"""
