# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of secret that is known by how it looks, by the name of its rule."""

from __future__ import annotations

#: Rule → what was found.
WORDS = {
    "private-key": "a private key",
    "openbao-token": "an OpenBao token",
    "aws-key": "an AWS access key",
    "age-key": "an age key",
    "nkey-seed": "an NKey seed",
    "github-token": "a GitHub token",
    "gitlab-token": "a GitLab token",
    "slack-token": "a Slack token",
    "google-key": "a Google API key",
    "stripe-key": "a Stripe key",
    "jwt": "a signed token",
    "url-password": "a URL with a password",
}
