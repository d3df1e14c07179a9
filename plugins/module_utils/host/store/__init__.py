# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies on the disk of a host: generations, their ciphertext, the links into them."""
