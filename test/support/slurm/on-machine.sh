#!/usr/bin/env bash
# On a machine, once: Slurm's daemons. Arguments: the folder with Slurm's settings, the machine's name
# there, and the command that starts the authentication.
set -euo pipefail
folder=$1 name=$2
shift 2
# Settings and key are copied, as onto a machine's own disk; sockets belong to one machine alone.
mkdir -m 755 /run/slurm
cp -a "$folder"/*.conf "$folder/munge.key" /run/slurm
mount --bind /run/slurm "$folder"
# Without these slurmd does not start, although nothing here uses them.
mount -t tmpfs tmpfs /sys/fs/cgroup
mkdir /sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
for controller in freezer cpuset memory cpu cpuacct devices; do
  mkdir "/sys/fs/cgroup/$controller"
  mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" 2>/dev/null || true
done
setsid "$@" </dev/null >/run/own/munged.log 2>&1 &
until [ -S "$folder/munge.socket" ]; do sleep 0.1; done
setsid slurmd -D -f "$folder/slurm.conf" -N "$name" </dev/null >/run/own/slurmd.log 2>&1 &
