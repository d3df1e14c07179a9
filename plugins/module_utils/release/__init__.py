# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases on a host: content of ``/opt/<app>/releases/<id>``, unpacked safely, whole or not at all, never changed.

Python 3.9 and its standard library only. The controller uses the same rules for what it packs.
"""
