#!/bin/sh
# The shell peer: the same twenty services over one ssh session per host. It checks, confirms and undoes nothing.
# usage: deploy.sh REVISION SSH_CONFIG HOST...
set -eu
revision=$1 config=$2
shift 2
# As a drop-in, for the same effect as ours: what stands in the unit itself, LXC's generator cancels.
hardening=$(cat "$(dirname "$0")/templates/hardening.conf")

remote() {
  cat <<SCRIPT
set -eu
for number in \$(seq 1 20); do
  name=peer-\$number
  id "\$name" >/dev/null 2>&1 || useradd --system --shell /usr/sbin/nologin --no-create-home "\$name"
  printf '{"name": "%s", "revision": %s}\n' "\$name" "$revision" > "/etc/\$name.json"
  cat > "/etc/systemd/system/\$name.service" <<UNIT
[Unit]
Description=\$name

[Service]
Type=exec
User=\$name
ExecStart=/usr/bin/sleep infinity

[Install]
WantedBy=multi-user.target
UNIT
  mkdir -p "/etc/systemd/system/\$name.service.d"
  cat > "/etc/systemd/system/\$name.service.d/zzzz-peer.conf" <<DROPIN
$hardening
DROPIN
  units="\${units:-} \$name.service"
done
systemctl daemon-reload
systemctl enable --quiet \$units
systemctl restart \$units
SCRIPT
}

pids=
for host in "$@"; do
  remote | ssh -F "$config" "$host" sh -s &
  pids="$pids $!"
done
for pid in $pids; do
  wait "$pid"
done
