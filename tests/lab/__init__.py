# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab: real LXC hosts and a real OpenBao server on one Debian 12 machine, for demo, molecule and tests alike.

One lab per machine: what runs lives in ``place.MACHINE``, what its user needs (keys, certificates, credentials)
in ``.cache/lab`` of the project. A second clone that brings the lab up takes it over only when told to by an option.
"""

from __future__ import annotations
