# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on a host: generations, their activation and their guard.

Python 3.9 and its standard library only, and only relative imports: the package is also packed into
the agent (see ``agent``) that systemd starts on the host, where neither Ansible nor the controller is.
"""
