#!/bin/bash
# Runs deploy/dynadesk.service and deploy/dynadesk.socket under a real systemd: it boots a small Debian in namespaces of
# its own, does there what docs/DEPLOY.md says under "systemd", and fails at the first thing that is not so.
#
#   end2end/site/systemd.sh [dist/dynadesk]
#
# It needs root on Linux, debootstrap and systemd-nspawn (Debian: debootstrap, systemd-container), and for the first run
# a mirror of Debian. The root is kept in $SYSTEMD_ROOT (target/systemd-root without it) for the runs that follow.
# It ends with 0 when everything is so, 1 when something is not, and 2 when it could not be tried.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=${REPOSITORY:-$(cd "$here/../.." && pwd)}
binary=${1:-$repository/dist/dynadesk}
root=${SYSTEMD_ROOT:-$repository/target/systemd-root}

cannot() { echo "systemd.sh: $*" >&2; exit 2; }
[ "$(id -u)" = 0 ] || cannot "it makes namespaces, so it has to be root"
[ -x "$binary" ] || cannot "there is no $binary: run cargo xtask dist first"
for tool in debootstrap systemd-nspawn nsenter; do
  command -v "$tool" >/dev/null || cannot "there is no $tool here"
done

if [ ! -e "$root/made" ]; then
  rm -rf "$root"
  mkdir -p "$(dirname "$root")"
  packages=systemd,systemd-sysv,dbus,libnss-systemd,curl,ca-certificates,procps,openssl,iproute2
  debootstrap --variant=minbase --include="$packages" bookworm "$root" >"$root.log" 2>&1 || cannot "debootstrap failed: $root.log"
  touch "$root/made"
fi

# Each run has a copy: nothing of an earlier one is there.
work=$(mktemp -d)
box=$work/box
guest=0
finish() {
  if [ "$guest" != 0 ]; then
    # Its first process gets the word to power off; one that does not is ended.
    inside poweroff >/dev/null 2>&1 || true
    for _ in $(seq 100); do kill -0 "$guest" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$guest" 2>/dev/null || true
    wait "$guest" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT
cp -a "$root" "$box"
mkdir -p "$box/ship/dist"
install -m 0755 "$binary" "$box/ship/dist/dynadesk"
cp -r "$repository/deploy" "$box/ship/"
install -D -m 0644 "$repository/docs/DEPLOY.md" "$box/ship/docs/DEPLOY.md"
install -m 0755 "$here/systemd-inside.sh" "$box/ship/inside.sh"
echo ship >"$box/etc/hostname"
printf '127.0.0.1 localhost ship desk.example.com\n::1 localhost\n' >"$box/etc/hosts"
: >"$box/etc/fstab"
: >"$box/etc/machine-id"

boot() {
  systemd-nspawn --quiet --directory="$box" --register=no --keep-unit --boot --private-network </dev/null >>"$work/console" 2>&1 &
  guest=$!
  for _ in $(seq 100); do
    first=$(pgrep -P "$guest" -x systemd || true)
    [ -n "$first" ] && [ -S "$box/run/systemd/private" -o -S "/proc/$first/root/run/systemd/private" ] && return
    kill -0 "$guest" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$work/console" >&2
  cannot "systemd did not start here"
}
inside() {
  env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    nsenter --target "$first" --mount --uts --ipc --net --pid -- /bin/bash /ship/inside.sh "$1"
}

boot
inside installed || exit 1
# A machine that is started again has Dynadesk again, with what it kept.
inside poweroff || exit 1
wait "$guest" || true
guest=0
boot
inside booted || exit 1
echo "systemd.sh: everything is so"
