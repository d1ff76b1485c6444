"""Whether the time of a sign-in that fails tells that there is such a name.

Names that there are and names that there are not are tried in turns against a server of one's own, from another
address each time, because guessing has to wait. Both must take as long: the medians may differ by a quarter at most,
where a server that looks only at names that there are would answer in a hundredth of the time.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

import requests

NAMES = 30
TRIES = 4
PASSWORD = "correct horse battery staple"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True, help="the binary")
    options = parser.parse_args()
    binary = os.path.abspath(options.server)
    with tempfile.TemporaryDirectory(prefix="dynadesk-timing-") as directory:
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": directory, "AWS_EC2_METADATA_DISABLED": "true"}
        config = os.path.join(directory, "dynadesk.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write('trusted_proxies = ["127.0.0.1"]\n[sign_in]\nusers_file = "users.toml"\n[[connection]]\nname = "local"\nkind = "embedded"\nmemory = true\n')
        for number in range(NAMES):
            subprocess.run(
                [binary, "--config", config, "user", "add", f"known{number}", "--role", "viewer"],
                input=PASSWORD, text=True, check=True, env=environment, cwd=directory, stdout=subprocess.DEVNULL,
            )
        command = [binary, "--config", config, "--port", "0", "--data-dir", os.path.join(directory, "data"), "--log", "error,audit=error"]
        server = subprocess.Popen(command, cwd=directory, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            url = "http://" + server.stdout.readline().split(" at http://")[1].split()[0]
            return measure(url)
        finally:
            server.terminate()
            server.wait(timeout=60)


def measure(url):
    times = {"known": [], "unknown": []}
    turns = [(kind, number) for number in range(NAMES) for kind in times for _ in range(TRIES)]
    random.Random(1).shuffle(turns)
    for turn, (kind, number) in enumerate(turns):
        headers = {"x-forwarded-for": f"198.51.{turn // 250}.{turn % 250 + 1}", "x-forwarded-proto": "https", "connection": "close"}
        began = time.perf_counter()
        answer = requests.post(f"{url}/api/session/sign-in", json={"name": f"{kind}{number}", "password": "a wrong password"}, headers=headers, timeout=60)
        took = time.perf_counter() - began
        if answer.status_code != 403:
            print(f"{kind}{number}: {answer.status_code} {answer.text}")
            return 1
        times[kind].append(took)
    known, unknown = (statistics.median(times[kind]) for kind in ("known", "unknown"))
    ratio = unknown / known
    print(f"a wrong password takes {known * 1000:.1f} ms, a name that is none {unknown * 1000:.1f} ms: {ratio:.2f}")
    return 0 if 0.8 < ratio < 1.25 else 1


if __name__ == "__main__":
    sys.exit(main())
