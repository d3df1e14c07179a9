# SPDX-License-Identifier: GPL-3.0-or-later
"""Small wrong changes of the product, one at a time, and which of them a test notices.

PYTHONPATH=.cache/collections python -m ansible_collections.fractalops.infra.tests.check.mutation [FILE…]

``mutant`` and ``change`` say what is changed, ``sample`` which, ``record`` which tests reach it, ``worker`` runs those
in a ``room``, and ``accepted`` holds why a survivor may stay.
"""
