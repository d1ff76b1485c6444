#!/bin/bash
# The part of systemd.sh that runs in the small Debian: what docs/DEPLOY.md says under "systemd", and whether it is so.
set -Eeuo pipefail
cd /ship
at=https://desk.example.com:8443
ca=/root/ca.pem
scratch=/root/scratch
mkdir -p "$scratch"
trap 'echo "NOT SO: line $LINENO failed: $BASH_COMMAND" >&2' ERR

said() { echo "  $*"; }
fail() {
  echo "NOT SO: $*" >&2
  systemctl status dynadesk.service dynadesk.socket --no-pager -n 0 >&2 || true
  journalctl -u dynadesk -n 20 -o cat --no-pager >&2 || true
  exit 1
}
# is WHAT FOUND EXPECTED
is() { [ "$2" = "$3" ] && said "$1: $2" || fail "$1 is '$2', not '$3'"; }
of() { systemctl show dynadesk --property "$1" --value; }
ask() { curl --silent --cacert "$ca" --max-time 60 "$@"; }
status() { ask --output /dev/null --write-out '%{http_code}' "$@"; }
api() { ask --cookie "$scratch/jar" --header 'content-type: application/json' "$@"; }
ready() {
  # Whoever connects while there is no server waits for one: so each try has its own end.
  for _ in $(seq 20); do
    [ "$(status --max-time 2 "$at/api/ready" || true)" = 200 ] && return
    sleep 0.1
  done
  fail "/api/ready does not say 200"
}
# Whoever runs a command of Dynadesk on the unit's data does it as the unit's user.
as_dynadesk() {
  systemd-run --quiet --pipe --wait --property=DynamicUser=yes --property=User=dynadesk \
    --property=StateDirectory=dynadesk --property=StateDirectoryMode=0700 --property=UMask=0077 "$@"
}
sign_in() {
  is "signing in" "$(status "$at/api/session/sign-in" --cookie-jar "$scratch/jar" --header 'content-type: application/json' \
    --data '{"name": "ada", "password": "a password of ada"}')" 204
}
items() { api "$at/api/c/local/tables/$1/items/scan" --data '{"limit": 1000, "count": true}' | grep -o '"matched":[0-9]*' | cut -d: -f2; }
certify() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=desk.example.com -keyout "$scratch/key" -out "$scratch/asked" 2>/dev/null
  openssl x509 -req -in "$scratch/asked" -CA "$ca" -CAkey /root/ca.key -CAcreateserial -days 30 -out "$scratch/cert" \
    -extfile <(echo subjectAltName=DNS:desk.example.com) 2>/dev/null
  # As tools that renew certificates leave them: only root reads the key.
  install -D -m 0644 "$scratch/cert" /etc/dynadesk/tls/fullchain.pem
  install -D -m 0600 "$scratch/key" /etc/dynadesk/tls/privkey.pem
}
in_file() { openssl x509 -in /etc/dynadesk/tls/fullchain.pem -noout -serial; }
in_use() { openssl s_client -connect desk.example.com:8443 </dev/null 2>/dev/null | openssl x509 -noout -serial; }

# Reads and writes, each on a connection of its own, until they are told to stop.
visitors() {
  : >"$scratch/answers"
  rm -f "$scratch/stop"
  for visitor in 1 2 3; do
    (while [ ! -e "$scratch/stop" ]; do
      echo "read $(status "$at/api/session" || true)" >>"$scratch/answers"
    done) &
  done
  (n=0; while [ ! -e "$scratch/stop" ]; do
    n=$((n + 1))
    change="{\"changes\": [{\"create\": {\"item\": {\"pk\": {\"S\": \"$1\"}, \"sk\": {\"S\": \"$n\"}}}}]}"
    echo "write $(api --output "$scratch/written" --write-out '%{http_code}' "$at/api/c/local/tables/visits/items/write" --data "$change" || true)" \
      "$(grep -o -m 1 '"written"' "$scratch/written" || true)" >>"$scratch/answers"
  done) &
}
nobody_lost() {
  touch "$scratch/stop"
  wait
  local lost
  lost=$(grep -v -x -E 'read 200|write 200 "written"' "$scratch/answers" || true)
  [ -z "$lost" ] || fail "$1: lost $(wc -l <<<"$lost") of $(wc -l <"$scratch/answers"): $(sort <<<"$lost" | uniq -c)"
  said "$1: $(wc -l <"$scratch/answers") requests on new connections, none lost"
}
leave() { pid=$(of MainPID); "$@"; for _ in $(seq 100); do [ "$(of MainPID)" != "$pid" ] && [ "$(of MainPID)" != 0 ] && return; sleep 0.1; done; fail "no new server after: $*"; }

installed() {
  systemctl is-system-running --wait >/dev/null || fail "the machine itself is not in order: $(systemctl --failed --no-legend)"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=authority -keyout /root/ca.key -out "$ca" 2>/dev/null

  # docs/DEPLOY.md, to the letter; only what the site is changes: one server, people in a file, the embedded engine.
  install -m 0755 dist/dynadesk /usr/local/bin/
  install -d -m 0755 /etc/dynadesk
  sed -e '/^\[sign_in.oidc\]/,$d' deploy/dynadesk.toml >/etc/dynadesk/dynadesk.toml
  cat >>/etc/dynadesk/dynadesk.toml <<TOML
[sign_in]
users_file = "/var/lib/dynadesk/users.toml"

[[connection]]
name = "local"
kind = "embedded"
TOML
  install -m 0600 /dev/null /etc/dynadesk/environment
  certify
  install -D -m 0644 docs/DEPLOY.md /usr/share/doc/dynadesk/DEPLOY.md
  install -m 0644 deploy/dynadesk.service /etc/systemd/system/
  install -m 0644 deploy/dynadesk.socket /etc/systemd/system/
  is "systemd-analyze verify" "$(systemd-analyze verify /etc/systemd/system/dynadesk.{service,socket} 2>&1)" ""
  for named in $(sed -n 's/^Documentation=file://p' deploy/dynadesk.service); do
    [ -s "$named" ] || fail "the unit names $named as its documentation, and it is not there"
  done
  systemctl daemon-reload
  systemctl enable --quiet --now dynadesk.socket dynadesk
  ready
  said "/api/ready: 200 over TLS"
  is "the console" "$(status "$at/")" 200
  is "as the user" "$(ps -o user= -p "$(of MainPID)")" dynadesk
  grep -q '^dynadesk:' /etc/passwd && fail "the user is there for good"
  is "the data directory" "$(stat -c '%a %U' /var/lib/dynadesk/)" "700 dynadesk"
  journalctl -u dynadesk -o cat | grep -q '^Dynadesk is ready at https://' || fail "the journal has no line that says that it is ready"
  systemd-analyze security dynadesk.service --no-pager | tail -n 1

  local proc
  proc=/proc/$(of MainPID)
  is "capabilities" "$(awk '/^Cap(Prm|Eff|Bnd|Amb)/ {print $2}' "$proc/status" | sort -u)" 0000000000000000
  is "no new privileges, system calls filtered" "$(awk '/^(NoNewPrivs|Seccomp):/ {print $2}' "$proc/status" | tr '\n' ' ')" "1 2 "
  # Even root could not write in there.
  for place in /etc/dynadesk /usr/local/bin /var/lib /root /home; do
    nsenter --target "$(of MainPID)" --mount touch "$place/written" 2>/dev/null && fail "$place can be written"
  done

  echo 'a password of ada' | as_dynadesk dynadesk user add ada --role admin --sign-in-users /var/lib/dynadesk/users.toml
  sign_in
  for table in visits seeded; do
    is "making the table $table" "$(api --output /dev/null --write-out '%{http_code}' "$at/api/c/local/tables" --data "{\"request\": {\"TableName\": \"$table\",
      \"AttributeDefinitions\": [{\"AttributeName\": \"pk\", \"AttributeType\": \"S\"}, {\"AttributeName\": \"sk\", \"AttributeType\": \"S\"}],
      \"KeySchema\": [{\"AttributeName\": \"pk\", \"KeyType\": \"HASH\"}, {\"AttributeName\": \"sk\", \"KeyType\": \"RANGE\"}], \"BillingMode\": \"PAY_PER_REQUEST\"}}")" 200
  done

  local fingerprint job
  fingerprint=$(api "$at/api/c/local/tables/seeded/seed/plan" --data '{"source": "sample"}' | grep -o '"fingerprint":"[^"]*"')
  job=$(api "$at/api/c/local/tables/seeded/seed" --data "{\"source\": \"sample\", $fingerprint}" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4)
  for _ in $(seq 100); do
    api "$at/api/jobs/$job" | grep -q '"state":"done"' && break
    sleep 0.1
  done
  is "items that the job seeded" "$(items seeded)" 463

  visitors restarts
  # More than systemd's own limit of five within ten seconds.
  for _ in 1 2 3 4 5 6 7; do leave systemctl restart dynadesk; sleep 0.5; done
  sleep 1
  nobody_lost "seven restarts"
  is "items written meanwhile" "$(items visits)" "$(grep -c '^write' "$scratch/answers")"

  # A renewed certificate: the credential is read by root when the unit begins.
  local before
  before=$(in_use)
  certify
  visitors renewal
  leave systemctl restart dynadesk
  sleep 1
  nobody_lost "a renewed certificate"
  [ "$before" != "$(in_use)" ] || fail "the old certificate is in use"
  is "the certificate in use" "$(in_use)" "$(in_file)"

  # Nor is anybody turned away where the process is killed: systemd begins another one.
  leave systemctl kill --kill-whom=main --signal=KILL dynadesk
  is "a request after SIGKILL" "$(status "$at/api/session")" 200
  is "restarts" "$(of NRestarts)" 1

  # Where a group may read the files, they are taken over while Dynadesk runs.
  groupadd --system dynadesk-tls
  mkdir -p /etc/systemd/system/dynadesk.service.d
  printf '[Service]\nSupplementaryGroups=dynadesk-tls\n' >/etc/systemd/system/dynadesk.service.d/tls.conf
  chgrp dynadesk-tls /etc/dynadesk/tls/privkey.pem && chmod 0640 /etc/dynadesk/tls/privkey.pem
  cp /etc/dynadesk/dynadesk.toml "$scratch/toml"
  sed -i 's,/run/credentials/dynadesk.service/cert,/etc/dynadesk/tls/fullchain.pem,; s,/run/credentials/dynadesk.service/key,/etc/dynadesk/tls/privkey.pem,' /etc/dynadesk/dynadesk.toml
  systemctl daemon-reload
  leave systemctl restart dynadesk
  ready
  certify
  chgrp dynadesk-tls /etc/dynadesk/tls/privkey.pem && chmod 0640 /etc/dynadesk/tls/privkey.pem
  local pid
  pid=$(of MainPID)
  systemctl reload dynadesk
  for _ in $(seq 20); do [ "$(in_use)" = "$(in_file)" ] && break; sleep 0.1; done
  is "the certificate in use after a reload" "$(in_use)" "$(in_file)"
  is "the process" "$(of MainPID)" "$pid"

  # Stopped is stopped, and what was written is there afterwards.
  local kept
  kept=$(items visits)
  systemctl stop dynadesk.socket dynadesk
  is "the port" "$(ss --listening --no-header --tcp 'sport = :8443')" ""
  is "how it ended" "$(of Result)" success
  systemctl start dynadesk.socket dynadesk
  ready
  is "items after stopping and starting" "$(items visits)" "$kept"
  echo "$kept" >/root/kept
}

booted() {
  systemctl is-system-running --wait >/dev/null || fail "the machine is not in order: $(systemctl --failed --no-legend)"
  ready
  said "ready after a start of the machine"
  sign_in
  is "items after a start of the machine" "$(items visits)" "$(cat /root/kept)"
}

case $1 in
  installed | booted) "$1" ;;
  poweroff) systemctl poweroff ;;
esac
