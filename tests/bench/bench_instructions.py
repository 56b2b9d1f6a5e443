# SPDX-License-Identifier: MIT
"""tools/bench instructions: user-space instructions under callgrind, which noise cannot disturb."""
import os
import re
import shutil
import tempfile

from benchlib import BenchError, Limits, Server, Table, load, progress, server_argv

KINDS = ("floor", "quiet", "events")
NAMES = {"floor": "lean floor", "quiet": "engine, --quiet", "events": "engine, events on"}
FEW, MANY = (20, 2500), (20, 10500)     # sessions, messages
CROWD = (220, 2500)
MESSAGE_LIMIT, HANDSHAKE_LIMIT = 1.5, 1.3


def count(programs, kind, sessions, messages):
    """Instructions of one server process, from its start to its end."""
    progress(f"{NAMES[kind]}, {sessions} sessions, {messages} messages")
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        argv = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out, "--quiet",
                *server_argv(programs, kind, folder)]
        with Server(argv, programs.environment()) as server:
            result = load(programs, server, sessions, messages)
        if result["lost"] or result["failed"]:
            raise BenchError(f"{NAMES[kind]}: messages or handshakes were lost under callgrind")
        with open(out, encoding="utf-8", errors="replace") as rows:
            for row in rows:
                match = re.match(r"(?:summary|totals): (\d+)", row)
                if match:
                    return int(match.group(1))
    raise BenchError("callgrind has written no sum")


def run(programs, options):
    if shutil.which("valgrind") is None:
        raise BenchError("valgrind is not installed")
    table = Table("User-space instructions (callgrind)", "instructions",
                  ["server", "per message", "x floor", "per handshake", "x floor"])
    limits = Limits()
    figures = {}
    for kind in KINDS:
        few = count(programs, kind, *FEW)
        message = (count(programs, kind, *MANY) - few) / (MANY[1] - FEW[1])
        shake = (count(programs, kind, *CROWD) - few) / (CROWD[0] - FEW[0])
        figures[kind] = (message, shake)
        table.add(NAMES[kind], f"{message:.0f}", f"{message / figures['floor'][0]:.2f}",
                  f"{shake:.0f}", f"{shake / figures['floor'][1]:.2f}")
    progress("")
    table.note("The slope between two runs each, so that starting and ending cancel out.")
    limits.at_most("instructions per message, events on",
                   figures["events"][0] / figures["floor"][0], MESSAGE_LIMIT, "x floor")
    limits.at_most("instructions per handshake, events on",
                   figures["events"][1] / figures["floor"][1], HANDSHAKE_LIMIT, "x floor")
    return [table, limits.table("instructions")], limits.all_met()
