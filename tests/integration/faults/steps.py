# SPDX-License-Identifier: GPL-3.0-or-later
"""The named steps of the product at which a test may stop it: ``module.function`` of ``module_utils``.

The product knows nothing of them. On a host of the lab, ``stop_here.py`` wraps these functions; a unit test holds the
names to the product, so that a function cannot be renamed away from under the harness.
"""

from __future__ import annotations

#: In the rooms of ``module_utils/host``, by module; a method is ``Class.method``.
HOST: dict[str, tuple[str, ...]] = {
    "activation": ("activate", "confirm", "journal_tail", "switch"),
    "agent": ("install",),
    "current_link": ("follow",),
    "durable": ("point_link", "sync_folder", "write_file", "write_new"),
    "effective": ("differences",),
    "guard": ("act", "arm", "disarm", "sleep_then_act", "stop_activation"),
    "health": ("wait_until_healthy",),
    "history": ("record",),
    "launch": ("_launch", "_stage", "begin"),
    "precheck": ("releases", "room", "staged"),
    "rollback": ("_end", "_leave_only_stubs_of", "_restore_units", "finish_commit", "roll_back"),
    "store": ("GenerationStore.confirm", "GenerationStore.prune", "GenerationStore.stage"),
    "systemd": ("reload_units", "restart", "run_transient", "stop"),
    "transaction": ("TransactionFile.end", "TransactionFile.save"),
    "unit_link": ("ensure", "is_ours", "remove"),
}
#: Below ``module_utils/release``.
RELEASE: dict[str, tuple[str, ...]] = {
    "archive": ("unpack",),
    "durability": ("sync_file_system",),
    "extraction": ("Extraction.run",),
    "release_store": ("ReleaseStore._put_in_place", "ReleaseStore._write_manifest", "ReleaseStore.store"),
}
STEPS = HOST | RELEASE
