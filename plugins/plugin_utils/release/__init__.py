# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources of releases on the controller: a folder, an archive, a URL; each becomes one archive to send.

Names, kinds and digests of members are those of ``module_utils/release``: what a host would refuse is refused here.
"""
