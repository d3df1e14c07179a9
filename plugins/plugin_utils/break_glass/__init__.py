# SPDX-License-Identifier: GPL-3.0-or-later
"""Break-glass: who may repair what until when, over which way in, with secrets from where; and a record of it all."""
