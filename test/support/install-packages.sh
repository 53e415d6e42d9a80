#!/usr/bin/env bash
# Installs Debian's packages of the given names, as root; tries again when the network fails it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"; }
for pause in 0 5 20 60; do
  sleep "$pause"
  apt update -qq && apt install -y -qq --no-install-recommends "$@" >/dev/null && exit 0
done
echo "FAILED: $* cannot be installed; the tests need them" >&2
exit 1
