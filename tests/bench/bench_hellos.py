# SPDX-License-Identifier: MIT
"""tools/bench hellos: a crowd that asks for cookies and never comes back with one."""
import json
import subprocess
import tempfile

from benchlib import Limits, Server, Table, progress, server_argv

RATE, SECONDS = 20000, 5
FLAT_KIB = 1024
NAMES = {"floor": "lean floor", "events": "engine, events on", "json": "dtls-server --json"}


def flood(programs, kind):
    with tempfile.TemporaryDirectory() as folder:
        with Server(server_argv(programs, kind, folder), programs.environment()) as server:
            argv = [programs.bench("bench-hellos"), str(server.port), str(server.pid), str(RATE),
                    str(SECONDS)]
            run = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False)
            return json.loads(run.stdout)


def run(programs, options):
    table = Table(f"{RATE} hellos a second without a cookie, for {SECONDS} s", "hellos",
                  ["server", "hellos", "hellos/s", "answered", "question bytes", "answer bytes",
                   "us/hello", "grown KiB"])
    limits = Limits()
    for kind, name in NAMES.items():
        results = []
        for number in range(options.rounds):
            progress(f"round {number + 1} of {options.rounds}: {name}")
            results.append(flood(programs, kind))
        worst = min(results, key=lambda result: result["answered"])
        grown = max(result["grown_kib"] for result in results)
        table.add(name, worst["hellos"], f"{worst['per_s']:.0f}", worst["answered"],
                  worst["question_bytes"], worst["answer_bytes"],
                  f"{min(result['hello_us'] for result in results):.2f}", grown)
        if kind != "floor":
            limits.equal(f"hellos without an answer, {name}",
                         worst["hellos"] - worst["answered"], 0)
            limits.at_most(f"memory grown, {name}", grown, FLAT_KIB, "KiB")
            limits.at_most(f"answer, {name}", worst["answer_bytes"], worst["question_bytes"] - 1,
                           "bytes")
    progress("")
    return [table, limits.table("hellos")], limits.all_met()
