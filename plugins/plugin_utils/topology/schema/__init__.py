# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the models, for editors and for messages; the JSON Schemas of services."""
