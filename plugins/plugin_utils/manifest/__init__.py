# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes objects that any way of delivery needs, and the one writer of YAML. Plain data in, plain data out."""
