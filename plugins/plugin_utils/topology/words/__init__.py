# SPDX-License-Identifier: GPL-3.0-or-later
"""How an error is worded: the words of pydantic as ours, what took the place of a key, what may have been meant."""
