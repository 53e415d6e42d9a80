#!/bin/bash
# The first process of a node, a Linux in user mode: its root is the host's root, only /mnt/nfs comes
# over the network. What it is comes from the kernel's command line; what it has to do comes as
# scripts, in a folder that it shares with the host.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /mnt
mount -t tmpfs tmpfs /dev/shm 2>/dev/null
for pair in $(cat /proc/cmdline); do
  case $pair in
    node=*) node=${pair#*=} ;;
    number=*) number=${pair#*=} ;;
    folder=*) folder=${pair#*=} ;;
    mount=*) options=${pair#*=} ;;
    ahead=*) ahead=${pair#*=} ;;
    seconds=*) seconds=${pair#*=} ;;
  esac
done
own=$folder/$node
ln -s "$own" /run/own
echo "$node" >/proc/sys/kernel/hostname
ip link set lo up
# The network of the files, which can be cut, and the one of the witness, which cannot.
ip addr add "10.99.0.$((10 + number))/24" dev vec0
ip addr add "10.98.0.$((10 + number))/24" dev vec1
ip link set vec0 up
ip link set vec1 up
# An exclusive creation is told from another by (ticks since boot, pid): on machines that are booted
# together both would win it.
for _ in $(seq $((number * 13))); do /bin/true; done
[ "$ahead" = 0 ] || date -s "@$(($(date +%s) + ahead))" >/dev/null
SECONDS=0
modprobe nfsv4
mkdir -p /mnt/nfs
mount -t nfs4 -o "$options" 10.99.0.1:/export /mnt/nfs && touch "$own/ready"
while [ -e "$own" ] && [ ! -e "$folder/stop" ] && [ "$SECONDS" -lt "$seconds" ]; do
  for job in "$own"/*.job; do
    [ -e "$job" ] || continue
    name=${job%.job}
    mv "$job" "$name.started"
    (
      setsid bash "$name.started" >"$name.out" 2>"$name.err" </dev/null
      echo $? >"$name.code.tmp"
      mv "$name.code.tmp" "$name.code"
    ) &
  done
  sleep 0.1
done
# What is still mounted must not keep the machine.
echo o >/proc/sysrq-trigger
sleep 5
