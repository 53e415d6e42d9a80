#!/usr/bin/env bash
# Installs what a cluster of machines with a network file system takes, on Debian and as root: a
# server, clients, and a Linux that runs in user mode. Services are not started.
set -euo pipefail
tools=(ganesha.nfsd mount.nfs4 linux.uml modprobe ip ethtool)
packages=(nfs-ganesha nfs-ganesha-vfs nfs-common user-mode-linux kmod iproute2 ethtool)
export PATH=/usr/sbin:/sbin:$PATH
missing=()
for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing what brings ${missing[*]}"
bash "$(dirname "$0")/../install-packages.sh" "${packages[@]}"
