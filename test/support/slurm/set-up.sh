#!/usr/bin/env bash
# Installs Slurm, on Debian and as root. Services are not started: the tests start daemons of their own.
set -euo pipefail
tools=(slurmctld slurmd sbatch munged unshare)
packages=(munge slurmctld slurmd slurm-client util-linux)
export PATH=/usr/sbin:/sbin:$PATH
missing=()
for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing what brings ${missing[*]}"
bash "$(dirname "$0")/../install-packages.sh" "${packages[@]}"
