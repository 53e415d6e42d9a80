#!/usr/bin/env bash
# Installs OAR, on Debian and as root. Services are not started: the tests start daemons of their own.
set -euo pipefail
tools=(oarsub oarnodesetting oar-database sshd unshare nsenter setpriv ip)
packages=(oar-server oar-server-pgsql oar-user oar-user-pgsql oar-node postgresql openssh-server util-linux iproute2)
export PATH=/usr/sbin:/sbin:$PATH
missing=()
for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ -e /etc/init.d/oar-node ] || missing+=(oar-node)
[ -n "$(compgen -G '/usr/lib/postgresql/*/bin/postgres')" ] || missing+=(postgres)
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing what brings ${missing[*]}"
bash "$(dirname "$0")/../install-packages.sh" "${packages[@]}"
