#!/usr/bin/env bash
# Installs Slurm, on Debian and as root. Services are not started: the tests start daemons of their own.
set -euo pipefail
tools=(slurmctld slurmd sbatch munged unshare)
packages=(munge slurmctld slurmd slurm-client util-linux)
export PATH=/usr/sbin:/sbin:$PATH DEBIAN_FRONTEND=noninteractive
missing=()
for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing what brings ${missing[*]}"
apt-get -o DPkg::Lock::Timeout=600 update -qq
apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
