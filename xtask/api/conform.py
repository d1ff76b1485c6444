"""Asks a running Dynadesk what its own description allows, and a good deal that it does not.

Two parts. A story goes through the API as an operator does and expects each answer to be as it is described.
Then schemathesis makes requests of the description: most of them fit it, some are wrong on purpose, and ids and
tables are those that there are, so that they get past the first check. No answer may be a fault of the server
(5xx), and each has a status, a type and a form that the description knows.

The server is one of our own: on a free port of the loopback, in memory, in a directory that goes with it. Nobody
signs in, no connection leads elsewhere, and nothing that is asked makes one.
"""

import argparse
import collections
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

CONFIG = """
[[connection]]
name = "local"
kind = "embedded"
memory = true

[[connection]]
name = "reading"
kind = "embedded"
memory = true
read_only = true

[[connection]]
name = "production"
kind = "embedded"
memory = true
production = true
"""

TABLES = ["notes", "cruddur", "new-1", "new-2", "missing"]
SCHEMA = {
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "BillingMode": "PAY_PER_REQUEST",
}
STATEMENTS = [
    "SELECT * FROM notes",
    "SELECT pk, n FROM \"notes\" WHERE pk = ? AND sk > 'a'",
    "SELECT * FROM notes WHERE contains(n, 'x') ORDER BY sk DESC",
    "INSERT INTO notes VALUE {'pk': ?, 'sk': 'x', 'n': [1, {'m': <<1, 2>>}]}",
    "UPDATE notes SET n = n + 1 WHERE pk = 'a' AND sk = 'b'",
    "UPDATE notes SET m.x[0] = ? REMOVE z WHERE pk = 'a' AND sk = 'b' RETURNING ALL NEW *",
    "DELETE FROM notes WHERE pk = 'a' AND sk = 'b'",
    "EXISTS(SELECT * FROM notes WHERE pk = 'a' AND sk = 'b')",
    "SELECT",
]
HOSTILE = ["", " ", "x" * 3000, "ü" * 700, "a\u0000b", "\U0001f600", "..", "%00", "' OR 1=1 --", "$.{}[]#:"]
# These read the whole log, which grows with each case.
FEW = {"verify_audit_log": 5, "export_audit_log": 5}


class Server:
    """A Dynadesk of our own."""

    def __init__(self, binary):
        self.directory = tempfile.TemporaryDirectory(prefix="dynadesk-conform-")
        config = os.path.join(self.directory.name, "dynadesk.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        self.log = open(os.path.join(self.directory.name, "log"), "w+", encoding="utf-8")
        # Nothing of whoever runs this is the server's: no keys, no endpoint, no other configuration.
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": self.directory.name, "AWS_EC2_METADATA_DISABLED": "true"}
        command = [os.path.abspath(binary), "--config", config, "--port", "0", "--data-dir", os.path.join(self.directory.name, "data"), "--log", "warn,audit=error"]
        self.process = subprocess.Popen(
            command, cwd=self.directory.name, env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        line = self.process.stdout.readline()
        if " at http://" not in line:
            raise SystemExit(f"the server did not start: {line!r}\n{self.said()}")
        self.url = "http://" + line.split(" at http://")[1].split()[0]

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as file:
            return "".join(file.readlines()[-40:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        self.directory.cleanup()


class Api:
    """The description, and what was found out against it."""

    def __init__(self, server):
        self.server, self.url = server, server.url
        self.session = requests.Session()
        # The server closes connections that rest, and a case must not meet one that is closing.
        self.session.headers["connection"] = "close"
        self.document = self.session.get(f"{self.url}/api/openapi.json", timeout=30).json()
        schema = schemathesis.openapi.from_dict(self.document)
        schema.config.update(base_url=self.url)
        self.operations = {}
        for found in schema.get_all_operations():
            operation = found.ok()
            self.operations[operation.definition.raw["operationId"]] = operation
        self.faults = collections.OrderedDict()
        self.statuses = collections.Counter()
        self.asked = 0
        # What answers named, to be asked for again.
        self.known = {name: ["unknown"] for name in ("write", "group", "run", "saved", "pattern", "job", "session", "sync")}

    def check(self, case, what):
        """Sends a case, and writes down what is wrong with the answer."""
        self.asked += 1
        try:
            response = case.call(session=self.session, timeout=60)
        except requests.RequestException as fault:
            self.fault(what, f"no answer: {fault}", case)
            if self.server.process.poll() is not None:
                raise SystemExit(f"the server is gone\n{self.report()}\n{self.server.said()}") from fault
            return None
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except BaseException as fault:  # noqa: BLE001  a group of failures, each of its own kind
            if isinstance(fault, (KeyboardInterrupt, SystemExit)):
                raise
            said = "; ".join(f"{type(one).__name__}: {one}" for one in getattr(fault, "exceptions", [fault]))
            self.fault(what, f"{response.status_code} {said}"[:1500], case)
        return response

    def fault(self, what, said, case):
        key = (what, said.split("\n")[0][:200])
        if key in self.faults:
            return
        try:
            curl = case.as_curl_command()
        except Exception:  # noqa: BLE001  the fault itself is worth more
            curl = repr(case)
        self.faults[key] = f"{what}: {said}\n    {curl[:2000]}"

    def report(self):
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        lines = [f"{self.asked} requests of {len(self.operations)} operations; answers by status {statuses}"]
        return "\n".join(lines + list(self.faults.values()))

    def learn(self, answer):
        """Remembers ids that an answer has."""
        places = {"writes": "write", "runs": "run", "saved": "saved", "patterns": "pattern", "jobs": "job", "sessions": "session"}
        if not isinstance(answer, dict):
            return
        for place, name in places.items():
            for one in (answer.get(place) or [])[:5]:
                if isinstance(one, dict) and isinstance(one.get("id"), str):
                    self.keep(name, one["id"])
                    if name == "write" and isinstance(one.get("group"), str):
                        self.keep("group", one["group"])

    def keep(self, name, value):
        if value not in self.known[name]:
            self.known[name] = [*self.known[name][-7:], value]


def story(api):
    """What an operator does, each answer as it is described."""
    notes = {"connection": "local", "table": "notes"}
    cruddur = {"connection": "local", "table": "cruddur"}

    def ask(name, path=None, body=None, query=None, status=200):
        operation = api.operations[name]
        more = {} if body is None else {"body": body, "media_type": "application/json"}
        case = operation.Case(path_parameters=path or {}, query=query or {}, **more)
        response = api.check(case, name)
        if response is None or response.status_code != status:
            api.fault(name, f"{status} was expected: {response is not None and response.text[:500]}", case)
            return {}
        kind = response.headers.get("content-type", [""])
        kind = kind[0] if isinstance(kind, list) else kind
        return response.json() if "json" in kind and "jsonl" not in kind else {}

    for name in ("health", "ready", "session", "connections", "store", "identity", "identity_health", "jobs", "sessions", "openapi"):
        ask(name)
    for table in ("notes", "cruddur"):
        ask("create_table", {"connection": "local"}, {"request": {"TableName": table, **SCHEMA}})
    here = {"connection": "local"}
    ask("tables", here)
    ask("connection_health", here)
    for name in ("table", "settings", "monitoring", "backups", "expiry", "patterns", "relay"):
        ask(name, notes)
    ask("settings", {"connection": "local", "table": "missing"}, status=404)
    ask("unlock", {"connection": "production"}, {"reason": "to see whether it holds"})
    item = {
        "pk": {"S": "a"}, "sk": {"S": "b"}, "n": {"N": "0.00000000000000000000000000000000000001"}, "b": {"B": "AAEC/w=="},
        "l": {"L": [{"BOOL": True}, {"NULL": True}, {"M": {"x": {"SS": ["a"]}}}]}, "ns": {"NS": ["1", "-2.5"]}, "bs": {"BS": ["AA=="]},
    }
    ask("write_items", notes, {"changes": [{"create": {"item": item}}]})
    ask("write_items", notes, {"changes": [{"create": {"item": item}}]})
    ask("write_items", notes, {"changes": [{"create": {"item": {"pk": {"S": "a"}, "sk": {"S": str(at)}}}} for at in range(9)], "together": True})
    ask("scan", notes, {"limit": 2})
    ask("scan", notes, {"limit": 0}, status=400)
    ask("query", notes, {"limit": 10, "key": {"partition": {"pk": {"S": "a"}}}, "filter": {"exists": {"path": "n"}}})
    ask("item", notes, {"key": {"pk": {"S": "a"}, "sk": {"S": "b"}}})
    for text, parameters in ((STATEMENTS[0], []), (STATEMENTS[3], [{"S": "p"}])):
        ask("partiql", here, {"statements": [{"text": text, "parameters": parameters}], "limit": 10})
    writes = ask("writes", here)
    api.learn(writes)
    first = (writes.get("writes") or [{}])[-1]
    ask("write", {**here, "write": first.get("id", "")})
    grouped = next((one for one in writes.get("writes") or [] if one.get("grouped")), {})
    ask("group", {**here, "group": grouped.get("group", "")})
    ask("undo_group", {**here, "group": grouped.get("group", "")}, {"together": True})
    ask("undo_write", {**here, "write": first.get("id", "")})
    run = {"items": {"table": "notes", "query": "", "title": "all"}}
    ask("add_run", here, {"run": run, "result": "9 items"})
    ask("save_query", here, {"name": "all", "run": run})
    for name in ("runs", "saved_queries"):
        api.learn(ask(name, here))
    pattern = {"name": "by pk", "operation": "Query", "key": [{"attribute": "pk", "value": {"type": "S", "text": "{user}"}}]}
    ask("save_pattern", notes, {"pattern": pattern})
    ask("measured_pattern", notes, {"name": "by pk", "measured": {"units": 0.5, "requests": 1}})
    api.learn(ask("patterns", notes))
    sample = {"source": "sample"}
    plan = ask("plan_seed", cruddur, sample)
    job = ask("seed", cruddur, {**sample, "fingerprint": plan.get("fingerprint")}, status=202)
    api.keep("job", job.get("id", ""))
    until = time.monotonic() + 60
    while ask("job", {"job": job.get("id", "")}).get("state") == "running" and time.monotonic() < until:
        time.sleep(0.1)
    people = [found["user"] for found in ask("users", cruddur, {}).get("users", []) if found["user"]["handle"]]
    if len(people) < 2:
        api.faults["sample"] = f"the sample has these people: {people}"
    else:
        listed = ask("conversations", cruddur, {"user": people[0]["uuid"]}).get("conversations", [])
        group = listed[0]["group"] if listed else ""
        ask("messages", cruddur, {"group": group})
        ask("send_message", cruddur, {"group": group, "sender": people[0]["uuid"], "text": "hello"})
        ask("start_conversation", cruddur, {"from": people[0], "to": people[1], "text": "hello again"})
    ask("integrity", cruddur, {}, status=409)
    ask("names", None, {"uuids": ["ae4a2a3c-5a8a-4a0b-8b8e-5d1b2a1c0001"]})
    ask("prefer", None, {"values": {"theme": "dark"}})
    ask("preferences")
    ask("change_expiry", notes, {"seen": {"status": "DISABLED"}, "attribute": "ttl", "enabled": True})
    ask("change_settings", notes, {"change": {"deletion_protection": True}, "seen": False})
    ask("set_relay", cruddur, {"on": False})
    for query in ({}, {"kind": "write", "result": "done"}):
        ask("audit", query=query)
    ask("verify_audit_log")
    ask("export_audit_log", query={"format": "jsonl"})
    ask("change_settings", notes, {"change": {"deletion_protection": False}, "seen": True})


def streams(api):
    """Streams never end, so only their heads are read."""
    for name, values in (
        ("audit_events", {}),
        ("conversation_events", {"connection": "local", "table": "cruddur"}),
        ("stream_events", {"connection": "local", "table": "cruddur"}),
        ("job_events", {"job": api.known["job"][-1]}),
    ):
        path = api.operations[name].path.format(**values)
        with api.session.get(api.url + path, stream=True, timeout=30) as response:
            api.asked += 1
            api.statuses[response.status_code] += 1
            kind = response.headers.get("content-type", "")
            good = response.status_code == 200 and kind.startswith("text/event-stream")
            refused = 400 <= response.status_code < 500 and "code" in response.json()
            if not (good or refused):
                api.faults[name] = f"{name}: {response.status_code} {kind}"


def tame(value, chance, name=""):
    """Makes a body that fits the description one that fits the tables too, here and there."""
    if isinstance(value, dict):
        value = {key: tame(member, chance, key) for key, member in value.items()}
        if name in ("item", "base", "key") and "partition" not in value and chance.random() < 0.8:
            value = {**dict(itertools.islice(value.items(), 4)), "pk": {"S": chance.choice("abc")}, "sk": {"S": chance.choice("bcd")}}
        elif name == "partition" and chance.random() < 0.8:
            return {"pk": {"S": chance.choice("abc")}}
        elif name == "request" and "TableName" in value and chance.random() < 0.5:
            return {"TableName": chance.choice(["new-1", "new-2"]), **SCHEMA}
        return value
    if isinstance(value, list):
        return [tame(one, chance, name) for one in value[:30]]
    if isinstance(value, str) and chance.random() < 0.7:
        known = {"table": TABLES, "confirm": TABLES, "text": STATEMENTS, "target": TABLES, "path": ["n", "l[0].x", "pk"], "attribute": ["ttl", "pk"]}
        if name in known:
            return chance.choice(known[name])
    if isinstance(value, str) and chance.random() < 0.04:
        return chance.choice(HOSTILE)
    if name == "limit" and isinstance(value, int) and chance.random() < 0.8:
        return chance.randint(1, 1000)
    return value


def path_of(api, operation, chance):
    """Names that there are, mostly."""
    values = {}
    for parameter in operation.path_parameters:
        name = parameter.name
        if name == "connection":
            values[name] = chance.choices(["local", "reading", "production", "nowhere"], [12, 1, 3, 1])[0]
        elif name == "table":
            values[name] = chance.choices([*TABLES, "a\u0000b", "ü" * 300], [8, 8, 2, 2, 1, 1, 1])[0]
        else:
            values[name] = chance.choice([*api.known[name], "0" * 64, "a\u0000b/%2e", "\U0001f600", "x" * 3000])
    return values


def again(api):
    """What a case dropped is made again, so that the next ones find it."""
    for table in ("notes", "cruddur"):
        if api.session.get(f"{api.url}/api/c/local/tables/{table}", timeout=30).status_code == 404:
            api.session.post(f"{api.url}/api/c/local/tables", json={"request": {"TableName": table, **SCHEMA}}, timeout=30)
    for path in ("/api/c/local/writes", "/api/c/local/runs", "/api/c/local/saved", "/api/c/local/tables/notes/patterns", "/api/jobs", "/api/sessions"):
        response = api.session.get(api.url + path, timeout=30)
        if response.status_code == 200:
            api.learn(response.json())


def fuzz(api, operation, name, mode, count, start):
    """Cases that schemathesis makes, and how many they were."""
    before = api.asked
    try:
        strategy = operation.as_strategy(generation_mode=mode)

        @seed(start)
        @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=strategy, number=st.integers(0, 2**32))
        def one(case, number):
            chance = random.Random(number)
            if case.path_parameters:
                case.path_parameters = path_of(api, operation, chance)
            if mode is GenerationMode.POSITIVE and isinstance(case.query, dict):
                case.query = tame(case.query, chance)
            if mode is GenerationMode.POSITIVE and isinstance(case.body, (dict, list)):
                case.body = tame(case.body, chance)
            api.check(case, name)

        one()
    except Unsatisfiable as fault:
        # There is nothing to make wrong where nothing is taken: not one case then, and the others are made instead.
        if mode is GenerationMode.POSITIVE or api.asked > before:
            api.faults[(name, "made")] = f"{name}: no case could be made of its description: {fault}"
    except Exception as fault:  # noqa: BLE001  whatever it is, cases are missing
        api.faults[(name, "made")] = f"{name}: no more {mode.name.lower()} cases were made: {type(fault).__name__}: {fault}"
    return api.asked - before


def shares(wanted, cases):
    """How many cases each operation has: at least so many together."""
    # A body has more to be wrong than a path.
    weights = {name: 4 if operation.body else 1 for name, operation in wanted.items() if name not in FEW}
    few = {name: FEW[name] for name in wanted if name in FEW and weights}
    weights = weights or dict.fromkeys(wanted, 1)
    rest, all_of_them = max(0, cases - sum(few.values())), sum(weights.values())
    return {name: few[name] if name in few else max(1, -(-rest * weights[name] // all_of_them)) for name in wanted}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True, help="the binary")
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="no case begins after this")
    parser.add_argument("--only", help="words that choose operations")
    options = parser.parse_args()
    until = time.monotonic() + options.minutes * 60
    with Server(options.server) as server:
        api = Api(server)
        story(api)
        streams(api)
        told = api.asked
        wanted = {
            name: operation
            for name, operation in api.operations.items()
            if not name.endswith("_events") and (not options.only or any(word in name for word in options.only.split(",")))
        }
        for name, share in shares(wanted, options.cases).items():
            if time.monotonic() > until:
                api.faults["time"] = f"the time was over before {name}"
                break
            operation = wanted[name]
            wrong = share // 4 if operation.body or operation.query else 0
            again(api)
            made = fuzz(api, operation, name, GenerationMode.POSITIVE, share - wrong, options.seed)
            if wrong:
                made += fuzz(api, operation, name, GenerationMode.NEGATIVE, wrong, options.seed + 1)
            if made < share:
                fuzz(api, operation, name, GenerationMode.POSITIVE, share - made, options.seed + 2)
        made = api.asked - told
        if made < options.cases:
            api.faults["cases"] = f"{made} cases were made, and not {options.cases}"
        print(f"{told} requests of the story, {made} cases")
        print(api.report())
        if server.process.poll() is not None:
            print(f"the server is gone\n{server.said()}")
            return 1
        if api.faults:
            print(f"{len(api.faults)} faults; the server's last words:\n{server.said()}")
        return 1 if api.faults else 0


if __name__ == "__main__":
    sys.exit(main())
