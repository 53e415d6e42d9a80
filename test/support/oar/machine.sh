#!/usr/bin/env bash
# A machine for an OAR, as far as a process can tell: started as the first process of namespaces of its
# own, it makes copies on write of what OAR changes, and starts PostgreSQL, OAR's server and one sshd for
# each node. Nothing of the host is changed, and with this process everything ends.
#
#   machine.sh <folder> <nodes> <cpus of each> <user> <uid> [<path that the user must be able to read>…]
#
# The folder has a folder `logs`, and gets one `private/home`, the user's; the file `ready` in it says
# that OAR runs.
set -euo pipefail
folder=$1 nodes=$2 cpus=$3 user=$4 uid=$5
shift 5
export PATH=/usr/sbin:/sbin:$PATH
export LC_ALL=C

# --- The machine --------------------------------------------------------------------------------

mkdir "$folder/private"
mount -t tmpfs -o mode=755 private "$folder/private"
cd "$folder/private"
mkdir shown
for index in $(seq $#); do
  mkdir "shown/$index"
  mount --rbind "${!index}" "shown/$index"
done
for name in etc var; do
  mkdir -p "$name/upper" "$name/work"
  mount -t overlay overlay -o "lowerdir=/$name,upperdir=$name/upper,workdir=$name/work" "/$name"
done
mount -t tmpfs -o mode=755 run /run
mkdir /run/sshd
mkdir -m 1777 /run/lock
# The first folder on the way to a path that is closed to everybody but root.
closed() {
  local path= part parts
  IFS=/ read -ra parts <<<"${1#/}"
  for part in "${parts[@]}"; do
    path=$path/$part
    [ -e "$path" ] || return 0
    [ $((0$(stat -c %a "$path") & 1)) -eq 1 ] || { echo "$path"; return 0; }
  done
}
for index in $(seq $#); do
  outer=$(closed "$(dirname "${!index}")")
  [ -z "$outer" ] || mount -t tmpfs -o mode=755 opened "$outer"
  mkdir -p "${!index}"
  mount --rbind "shown/$index" "${!index}"
done
ip link set lo up
echo frontend >/proc/sys/kernel/hostname
echo "127.0.0.1 localhost frontend" >/etc/hosts
echo "$user:x:$uid:$uid::$PWD/home:/bin/bash" >>/etc/passwd
echo "$user:x:$uid:" >>/etc/group
install -d -m 700 -o "$uid" -g "$uid" home
# OAR reads it for every job.
install -o "$uid" -g "$uid" /dev/null home/.bashrc
for path in "$@"; do
  setpriv --reuid="$uid" --regid="$uid" --clear-groups test -r "$path" -a -x "$path" ||
    { echo "nobody but root may read $path" >&2; exit 1; }
done

# --- Its database -------------------------------------------------------------------------------

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
bin=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/postgres | tail -n 1)")
install -d -o postgres -g postgres data /run/postgresql
as_postgres "$bin/initdb" --no-sync --auth=trust --pgdata="$PWD/data" >"$folder/logs/initdb"
as_postgres "$bin/postgres" -D "$PWD/data" -k /run/postgresql -c listen_addresses=127.0.0.1 -c fsync=off \
  >"$folder/logs/postgres" 2>&1 &
for _ in $(seq 200); do
  "$bin/pg_isready" -q -h 127.0.0.1 && break
  sleep 0.05
done

# --- OAR ----------------------------------------------------------------------------------------

# No cgroups, no ping, no regular check of the nodes; everything that OAR waits for is short.
cat >>/etc/oar/oar.conf <<END
DB_BASE_PASSWD="oar"
DB_BASE_PASSWD_RO="oar_ro"
JOB_RESOURCE_MANAGER_PROPERTY_DB_FIELD=""
PINGCHECKER_SENTINELLE_SCRIPT_COMMAND=""
PINGCHECKER_GENERIC_COMMAND="/bin/true"
FINAUD_FREQUENCY="0"
SCHEDULER_JOB_SECURITY_TIME="1"
SCHEDULER_MIN_TIME_BETWEEN_2_CALLS="1"
LOG_FILE="$folder/logs/oar"
END
sed -i -e '/^JOB_RESOURCE_MANAGER_PROPERTY_DB_FIELD=/d' -e '/^PINGCHECKER_SENTINELLE/d' /etc/oar/oar.conf
install -m 644 -o oar -g oar /dev/null "$folder/logs/oar"
oar-database --create --db-admin-user=postgres --db-admin-pass=none >"$folder/logs/database" 2>&1
/usr/sbin/Almighty >"$folder/logs/almighty" 2>&1 &

# A node has a host name, an address and processes of its own, as a machine has.
node='echo "$0" >/proc/sys/kernel/hostname; "$@" & while :; do wait; sleep 0.2; done'
for index in $(seq "$nodes"); do
  echo "127.0.1.$index n$index" >>/etc/hosts
  unshare --uts --pid --mount-proc --fork --kill-child sh -c "$node" "n$index" \
    /usr/sbin/sshd -D -e -f /etc/oar/sshd_config -o "ListenAddress=127.0.1.$index" -o PidFile=none \
    >"$folder/logs/n$index" 2>&1 &
done
for index in $(seq "$nodes"); do
  for core in $(seq 0 $((cpus - 1))); do
    oarnodesetting -a -h "n$index" -p cpuset="$core" >>"$folder/logs/oarnodesetting" 2>&1
  done
done
touch "$folder/ready"
# OAR looks at its queue, and for jobs that are over their time, every ten seconds if nobody tells it to. And the first process of a machine is
# the one that has to wait for everybody's orphans: bash does while it waits for anything.
while :; do
  for what in Villains Scheduling; do
    { echo "$what" >/dev/tcp/127.0.0.1/6666; } 2>/dev/null || true
  done
  sleep 2
done
