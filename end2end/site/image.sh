#!/bin/bash
# Builds deploy/Dockerfile of what `cargo xtask dist` laid out, without Docker and without a registry, and runs the image
# as docs/DEPLOY.md says: a read-only root, no capabilities, no new privileges, one volume.
#
#   end2end/site/image.sh [dist]
#
# It needs root on Linux, buildah and crun. It ends with 0 when everything is so, 1 when something is not, and 2 when it
# could not be tried.
set -Eeuo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=${REPOSITORY:-$(cd "$here/../.." && pwd)}
dist=${1:-$repository/dist}
port=18443
at=https://localhost:$port

cannot() { echo "image.sh: $*" >&2; exit 2; }
[ "$(id -u)" = 0 ] || cannot "it mounts what is in the image, so it has to be root"
[ -x "$dist/dynadesk" ] && [ -d "$dist/image" ] || cannot "there is no $dist/dynadesk or no $dist/image: run cargo xtask dist first"
for tool in buildah crun openssl curl unshare; do
  command -v "$tool" >/dev/null || cannot "there is no $tool here"
done

work=$(mktemp -d)
server=0
trap 'echo "NOT SO: line $LINENO failed: $BASH_COMMAND" >&2; tail -n 5 "$work/log" >&2 || true; exit 1' ERR
finish() {
  [ "$server" = 0 ] || { crun_ kill desk KILL; wait "$server"; } >/dev/null 2>&1 || true
  images umount --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
images() { buildah --root "$work/images" --runroot "$work/images-run" --storage-driver vfs "$@"; }
# Where the machine has both kinds of cgroups, crun does not begin: it is shown the second alone.
crun_() {
  unshare --mount --propagation private -- bash -c 'umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 2
    exec crun --cgroup-manager=disabled --root "$0" "$@"' "$work/state" "$@"
}
said() { echo "  $*"; }
fail() { echo "NOT SO: $*" >&2; tail -n 5 "$work/log" >&2; exit 1; }
is() { [ "$2" = "$3" ] && said "$1: $2" || fail "$1 is '$2', not '$3'"; }
ask() { curl --silent --noproxy '*' --cacert "$work/tls/fullchain.pem" --max-time 30 "$@"; }
status() { ask --output /dev/null --write-out '%{http_code}' "$@"; }
api() { ask --cookie "$work/jar" --header 'content-type: application/json' "$@"; }

images bud --quiet --isolation chroot --file "$repository/deploy/Dockerfile" --tag dynadesk "$dist" >/dev/null
container=$(images from --pull-never localhost/dynadesk)
root=$(images mount "$container")
said "the image: $(find "$root" -type f -printf '/%P ')"
is "its user" "$(images inspect --format '{{.OCIv1.Config.User}}' --type image dynadesk)" 65532:65532

mkdir "$work/tls" "$work/bundle"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$work/tls/privkey.pem" -out "$work/tls/fullchain.pem" 2>/dev/null
chown 65532 "$work/tls/privkey.pem"
cat >"$work/dynadesk.toml" <<TOML
address = "0.0.0.0"
port = $port
data_dir = "/var/lib/dynadesk"
public_url = "$at"

[tls]
cert = "/etc/dynadesk/tls/fullchain.pem"
key = "/etc/dynadesk/tls/privkey.pem"

[sign_in]
users_file = "/home/nonroot/users.toml"

[[connection]]
name = "local"
kind = "embedded"
TOML
# A new volume has what the image has in its place, with its owner.
cp -a "$root/home/nonroot" "$work/volume"

# bundle ARGUMENTS...: what Docker makes of `docker run` with the flags of docs/DEPLOY.md.
bundle() {
  local arguments
  arguments=$(printf ', "%s"' "$@")
  cat >"$work/bundle/config.json" <<JSON
{
  "ociVersion": "1.0.0",
  "root": {"path": "$root", "readonly": true},
  "process": {
    "user": {"uid": 65532, "gid": 65532}, "cwd": "/home/nonroot", "noNewPrivileges": true,
    "args": ["/usr/local/bin/dynadesk"$arguments],
    "env": ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/nonroot", "DYNADESK_DATA_DIR=/home/nonroot/data"],
    "capabilities": {"bounding": [], "effective": [], "permitted": [], "inheritable": [], "ambient": []}
  },
  "mounts": [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
    {"destination": "/home/nonroot", "type": "bind", "source": "$work/volume", "options": ["rbind", "rw", "nosuid", "nodev"]},
    {"destination": "/etc/dynadesk.toml", "type": "bind", "source": "$work/dynadesk.toml", "options": ["bind", "ro"]},
    {"destination": "/etc/dynadesk/tls", "type": "bind", "source": "$work/tls", "options": ["rbind", "ro"]}
  ],
  "linux": {"namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}]}
}
JSON
}
once() { bundle "$@"; crun_ run --bundle "$work/bundle" once; }
start() {
  bundle --config /etc/dynadesk.toml
  crun_ run --bundle "$work/bundle" desk >>"$work/log" 2>&1 &
  server=$!
  for _ in $(seq 200); do
    [ "$(status --max-time 2 "$at/api/ready" || true)" = 200 ] && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  fail "the server in the image is not ready"
}
stop() {
  local began=$SECONDS ended=0
  crun_ kill desk TERM
  wait "$server" || ended=$?
  server=0
  is "how it ended on SIGTERM, after $((SECONDS - began)) seconds" "$ended" 0
  [ $((SECONDS - began)) -lt 75 ] || fail "it takes longer to stop than the 75 seconds of --stop-timeout"
}

: >"$work/log"
echo 'a password of ada' | once user add ada --role admin --sign-in-users /home/nonroot/users.toml
echo 'a password of bo' | once user add bo --role admin --sign-in-users /etc/users.toml >/dev/null 2>"$work/refused" && fail "/etc can be written"
said "elsewhere: $(cat "$work/refused")"
start
is "the console" "$(ask --output "$work/index" --write-out '%{http_code} %{content_type}' "$at/")" "200 text/html; charset=utf-8"
asset=$(grep -o -m 1 '"/[^"]*\.js"' "$work/index" | head -n 1 | tr -d '"')
is "$asset" "$(status "$at$asset")" 200
is "signing in" "$(status "$at/api/session/sign-in" --cookie-jar "$work/jar" --header 'content-type: application/json' \
  --data '{"name": "ada", "password": "a password of ada"}')" 204
is "making a table" "$(api --output /dev/null --write-out '%{http_code}' "$at/api/c/local/tables" --data '{"request": {"TableName": "kept",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}}')" 200
is "writing an item" "$(api "$at/api/c/local/tables/kept/items/write" --data '{"changes": [{"create": {"item": {"pk": {"S": "a"}}}}]}' |
  grep -o -m 1 '"written"')" '"written"'
process=/proc/$(crun_ state desk | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*')/status
is "user, capabilities, no new privileges" "$(awk '/^Uid|^CapPrm|^CapBnd|^NoNewPrivs/ {print $2}' "$process" | tr '\n' ' ')" \
  "65532 0000000000000000 0000000000000000 1 "
stop
start
is "items after another start" "$(api "$at/api/c/local/tables/kept/items/scan" --data '{"limit": 10, "count": true}' | grep -o '"matched":[0-9]*')" '"matched":1'
stop
echo "image.sh: everything is so"
