# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders a chart with a values file by the real Helm SDK and prints JSON; the SDK wants a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import helm_python


def main(chart: str, values: str) -> None:
    content = helm_python.values_from_yaml(Path(values).read_text())
    print(json.dumps(helm_python.Chart.load(chart).render(content, name="portal", namespace="fractalops")))


if __name__ == "__main__":
    main(*sys.argv[1:])
