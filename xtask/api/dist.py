"""Whether the one binary of `cargo xtask dist` is all that a machine needs.

It is taken into an empty directory and run with an empty environment: linked statically, the console inside and its
files compressed, healthy, signing people in, and leaving nothing anywhere but in its data directory.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import urllib.parse

PASSWORD = "correct horse battery staple"
PT_DYNAMIC, PT_INTERP, DT_NEEDED = 2, 3, 1


def linked(path):
    """What an ELF file asks of the machine: its interpreter, and whether it names libraries."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:5] == b"\x7fELF\x02", f"{path} is no ELF file of 64 bits"
    offset, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    interpreter, libraries = None, 0
    for number in range(count):
        kind, _, at, _, _, length = struct.unpack_from("<IIQQQQ", data, offset + number * size)
        if kind == PT_INTERP:
            interpreter = data[at : at + length].rstrip(b"\0").decode()
        if kind == PT_DYNAMIC:
            tags = struct.iter_unpack("<qQ", data[at : at + length])
            libraries = sum(1 for tag, _ in tags if tag == DT_NEEDED)
    return interpreter, libraries


@contextlib.contextmanager
def running(directory, *flags):
    """The binary as the only file of a directory, until it is told to stop."""
    command = [os.path.join(directory, "dynadesk"), "--port", "0", "--data-dir", os.path.join(directory, "data"), "--log", "error,audit=error", *flags]
    server = subprocess.Popen(command, cwd=directory, env={"HOME": directory}, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        assert " at http://" in line, f"it did not start: {line!r}"
        yield line.split(" at http://")[1].split()[0]
        server.terminate()
        code = server.wait(timeout=60)
        assert code == 0, f"told to stop, it ended with {code}"
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


def ask(address, method, path, body=None, **headers):
    connection = http.client.HTTPConnection(address, timeout=60)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        headers["content-type"] = "application/json"
        body = json.dumps(body)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def console(address):
    status, headers, page = ask(address, "GET", "/")
    assert status == 200 and headers["content-type"].startswith("text/html"), (status, headers)
    assert b"<title>Dynadesk</title>" in page, page[:500]
    assets = sorted(set(re.findall(r'"(/assets/[^"]+)"', page.decode())))
    kinds = {asset.rsplit(".", 1)[1] for asset in assets}
    assert {"css", "js", "wasm"} <= kinds, assets
    for asset in assets:
        status, plain, whole = ask(address, "GET", asset, accept_encoding="identity")
        assert status == 200 and "content-encoding" not in plain, (asset, status, plain)
        for encoding in ("br", "gzip"):
            status, headers, small = ask(address, "GET", asset, accept_encoding=encoding)
            assert status == 200 and headers["content-type"] == plain["content-type"], (asset, status, headers)
            if len(whole) > 1000:
                assert headers.get("content-encoding") == encoding, (asset, headers)
                assert len(small) < len(whole), (asset, len(small), len(whole))
    # A link into the console is the console.
    assert ask(address, "GET", "/c/local/tables/any")[2] == page
    return len(assets)


def works(address):
    assert ask(address, "GET", "/api/health")[0] == 200
    assert ask(address, "GET", "/api/ready")[0] == 200
    connections = json.loads(ask(address, "GET", "/api/connections")[2])["connections"]
    name = urllib.parse.quote(connections[0]["name"])
    request = {
        "TableName": "notes",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    status, _, said = ask(address, "POST", f"/api/c/{name}/tables", {"request": request})
    assert status == 200, said
    return f"/api/c/{name}/tables"


def signs_in(address):
    session = json.loads(ask(address, "GET", "/api/session")[2])
    assert session["ways"]["password"] and session.get("person") is None, session
    console(address)
    assert ask(address, "GET", "/api/connections")[0] == 401
    path, person = "/api/session/sign-in", {"name": "ada", "password": PASSWORD}
    assert ask(address, "POST", path, person | {"password": "another"})[0] == 403
    status, headers, said = ask(address, "POST", path, person)
    assert status == 204, said
    cookie = headers["set-cookie"].split(";")[0]
    assert ask(address, "GET", "/api/connections", cookie=cookie)[0] == 200


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    options = parser.parse_args()
    interpreter, libraries = linked(options.binary)
    print(f"interpreter: {interpreter or 'none'}, libraries of the machine: {libraries}")
    assert interpreter is None and libraries == 0, "it is not linked statically"
    with tempfile.TemporaryDirectory(prefix="dynadesk-dist-") as directory:
        shutil.copy(options.binary, os.path.join(directory, "dynadesk"))
        with running(directory) as address:
            assets = console(address)
            tables = works(address)
        assert sorted(os.listdir(directory)) == ["data", "dynadesk"], os.listdir(directory)
        with running(directory) as address:
            names = json.loads(ask(address, "GET", tables)[2])["names"]
            assert names == ["notes"], f"what was made is not there after a restart: {names}"
        users = os.path.join(directory, "users.toml")
        command = [os.path.join(directory, "dynadesk"), "user", "add", "ada", "--role", "admin", "--sign-in-users", users]
        subprocess.run(command, input=PASSWORD, text=True, check=True, env={"HOME": directory}, cwd=directory, stdout=subprocess.DEVNULL)
        with running(directory, "--sign-in-users", users) as address:
            signs_in(address)
    print(f"{assets} files of the console, compressed; tables outlive a restart; signing in works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
