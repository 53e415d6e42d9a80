#!/usr/bin/env bash
# Installs what a cluster of machines with a network file system takes, on Debian and as root: a
# server, clients, and a Linux that runs in user mode. Services are not started.
set -euo pipefail
tools=(ganesha.nfsd mount.nfs4 linux.uml modprobe ip ethtool)
packages=(nfs-ganesha nfs-ganesha-vfs nfs-common user-mode-linux kmod iproute2 ethtool)
export PATH=/usr/sbin:/sbin:$PATH DEBIAN_FRONTEND=noninteractive
missing=()
for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing what brings ${missing[*]}"
apt-get -o DPkg::Lock::Timeout=600 update -qq
apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
