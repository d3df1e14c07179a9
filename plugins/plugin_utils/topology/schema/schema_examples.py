# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples of the fields that people look up most, by model and key; editors offer them."""

from __future__ import annotations

from typing import Any, Final

EXAMPLES: Final[dict[tuple[str, str], tuple[Any, ...]]] = {
    ("Topology", "profile"): ("lxc-prod", "lxc-pve-lab"),
    ("OpenBao", "address"): ("https://bao.lab.example:8200",),
    ("OpenBao", "mount"): ("secret",),
    ("OpenBao", "auth"): ({"method": "approle"}, {"method": "token_file"}),
    ("Network", "cidr"): ("10.20.30.0/24",),
    ("Network", "gateway"): ("10.20.30.1",),
    ("Node", "address"): ("10.20.30.2",),
    ("LxcAsset", "role"): ("api", "worker"),
    ("LxcAsset", "binding"): (
        {"type": "lxc", "node": "pve1", "container_id": 201, "network": "lab", "address": "10.20.30.11"},
    ),
    ("LxcAsset", "accept_not_in_force"): (
        [{"directives": ["ProtectHostname"], "reason": "The old node refuses unshare", "expires": "2027-03-31"}],
    ),
    ("KubernetesAsset", "binding"): (
        {"type": "kubernetes", "cluster": "lab", "namespace": "fractalops", "workload": "portal"},
    ),
    ("ExternalAsset", "binding"): ({"type": "external"},),
    ("ExternalAsset", "auth"): ({"method": "none"}, {"method": "bearer", "secret": "bao://secret/github#token"}),
    ("Endpoints", "public_url"): ("https://portal.lab.example",),
    ("Endpoints", "executor_url"): ("https://portal-executor.lab.example",),
    ("Endpoints", "internal_url"): ("http://portal.fractalops.svc:8080", "http://10.20.30.11:8080"),
    ("Endpoints", "local_url"): ("http://127.0.0.1:8080",),
    ("Helm", "secrets"): ({"password": "bao://secret/runtime/postgres#password"},),
    ("Service", "user"): ("fractalops-api",),
    ("Service", "release"): ({"app": "fractalops", "id": "2026.11.20-1"},),
    ("Topology", "releases"): ({"fractalops": {"2026.11.20-1": {"type": "folder", "path": "/srv/build/fractalops"}}},),
    ("Service", "exec"): (["/opt/fractalops/releases/{release_id}/bin/api", "--config", "{config}"],),
    ("Service", "config"): (
        {"format": "json", "schema": "../schemas/api.schema.json", "content": {"log_level": "info"}},
    ),
    ("Service", "credentials"): ({"api-key": "bao://secret/runtime/worker#api-key@3"},),
    ("Service", "directories"): ({"/var/lib/fractalops-api": {"mode": "0750"}},),
    ("Service", "ports"): ({"http": 8080},),
    ("Service", "health"): ({"http": "http://127.0.0.1:8080/healthz", "within_seconds": 20},),
    ("Service", "after"): (["network-online.target"],),
    ("Service", "instances"): (["mail", "reports"],),
    ("Service", "exec_before"): ([["/opt/fractalops/releases/{release_id}/bin/migrate", "--config", "{config}"]],),
    ("Service", "reload"): (["/bin/kill", "-HUP", "{main_pid}"],),
    ("Service", "environment"): ({"LOG_LEVEL": "info", "API_KEY_FILE": "{credentials_directory}/api-key"},),
    ("Service", "slice"): ("fractalops.slice",),
    ("Service", "requires"): (["fractalops-db.service"],),
    ("ProcessLimits", "memory_max"): ("512M", "2G"),
    ("ProcessLimits", "cpu_quota_percent"): (50, 200),
    ("Limits", "memory_max"): ("2G",),
    ("HostUnits", "sockets"): ({"fractalops-api": {"listen_streams": ["127.0.0.1:8080"]}},),
    ("HostUnits", "timers"): ({"fractalops-backup": {"calendar": ["*-*-* 02:30:00"], "persistent": True}},),
    ("HostUnits", "paths"): ({"fractalops-import": {"directory_not_empty": ["/var/lib/fractalops/inbox"]}},),
    ("HostUnits", "targets"): ({"fractalops": {"wants": ["fractalops-api.service"]}},),
    ("HostUnits", "slices"): ({"fractalops": {"limits": {"memory_max": "2G"}}},),
    ("HostUnits", "drop_ins"): ({"ssh.service": {"directives": {"Service": {"MemoryMax": "256M"}}}},),
    ("HostUnits", "masks"): (["apt-daily.timer", "apt-daily-upgrade.timer"],),
    ("Timer", "calendar"): (["daily"], ["Mon..Fri 02:30"]),
    ("Socket", "listen_streams"): (["127.0.0.1:8080"], ["/run/api.sock"]),
    ("DropIn", "directives"): ({"Service": {"MemoryMax": "256M"}},),
    ("Git", "url"): ("ssh://git@git.lab.example/platform/clusters.git",),
    ("Cluster", "delivery"): (
        {
            "type": "argocd",
            "namespace": "argocd",
            "project": "platform",
            "destination_server": "https://kubernetes.default.svc",
        },
        {"type": "flux", "namespace": "flux-system", "source": "flux-system"},
    ),
    ("Chart", "repository"): ("oci://registry.lab.example/charts", "https://go.temporal.io/helm-charts"),
    ("Chart", "version"): ("1.8.0",),
    ("BreakGlass", "recipients"): (
        [
            "age1swaxs5j3x47yayatj3ngqfcle0qaq5c9esm8j0levq2skh2qd47qhhhy3s",
            "age1pas04275mupjeuamwmkc2953ks35nufzkrdz7m27ucce5duk8chqqppayj",
        ],
    ),
    ("BreakGlass", "signer"): ("33becLnFIEyhzJuTAWI8tgAZ0zPrcKXWlmBmyWaBd2M=",),
    ("BreakGlass", "signing_key"): ("bao://secret/break-glass/signing#key",),
    ("BreakGlass", "valid_days"): (35, 100),
    ("Postgres", "password"): ("bao://secret/runtime/postgres#password",),
}
