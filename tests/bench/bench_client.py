# SPDX-License-Identifier: MIT
"""tools/bench client: many associations of one dtls-client, all in all as many pings."""
import re
import signal
import subprocess
import tempfile
import time

from benchlib import (PRIORITY, BenchError, Limits, Server, Table, progress, server_argv,
                      thread_cpu_ns)

COUNTS = (10, 100, 1000)
PINGS_PER_S, SECONDS = 5000, 6
FLAT = 1.5



def ping(programs, count):
    """One run: CPU of a ping and its answer, and what the client says at the end."""
    with tempfile.TemporaryDirectory() as folder:
        with Server(server_argv(programs, "floor", folder), programs.environment()) as server:
            argv = [programs.product("client"), "--headless", "--connect",
                    f"127.0.0.1:{server.port}", "--count", str(count), "--ping-interval",
                    str(count / PINGS_PER_S), "--profile", PRIORITY]
            with open(folder + "/out", "w+", encoding="utf-8") as out:
                client = subprocess.Popen(argv, env=programs.environment(), stdout=out)
                # the connections come one a millisecond: on average they began so much later
                started = time.monotonic() + count / 2000
                try:
                    time.sleep(count / 1000 + 2)        # the connections come one a millisecond
                    before_ns, began = thread_cpu_ns(client.pid), time.monotonic()
                    time.sleep(SECONDS)
                    cpu_ns, took = thread_cpu_ns(client.pid) - before_ns, time.monotonic() - began
                finally:
                    pinged_s = time.monotonic() - started
                    client.send_signal(signal.SIGINT)
                    client.wait(20)
                out.seek(0)
                text = out.read()
    totals = re.search(r"(\d+) of (\d+) connections.*: (\d+) sent, (\d+) answered, (\d+) lost", text)
    trips = re.search(r"50 % within ([\d.]+) ms.* 99 % within ([\d.]+) ms", text)
    if totals is None or trips is None:
        raise BenchError("dtls-client has not told its totals")
    encrypted, asked, sent, answered, lost = map(int, totals.groups())
    return {"encrypted": encrypted, "asked": asked, "sent": sent, "answered": answered,
            "lost": lost, "p50_ms": float(trips.group(1)), "p99_ms": float(trips.group(2)),
            "per_s": sent / pinged_s, "ping_us": cpu_ns / 1000 / (sent / pinged_s * took)}


def run(programs, options):
    table = Table(f"dtls-client --headless, about {PINGS_PER_S} pings a second in all, each printed",
                  "client", ["connections", "encrypted", "pings/s", "us/ping and answer", "x 10", "sent",
                             "answered", "lost", "p50 ms", "p99 ms"])
    limits = Limits()
    best = {}
    for count in COUNTS:
        progress(f"client with {count} connections")
        results = [ping(programs, count) for _round in range(options.rounds)]
        best[count] = min(results, key=lambda result: result["ping_us"])
        result = best[count]
        table.add(count, result["encrypted"], f"{result['per_s']:.0f}", f"{result['ping_us']:.1f}",
                  f"{result['ping_us'] / best[COUNTS[0]]['ping_us']:.2f}", result["sent"],
                  result["answered"], result["lost"], result["p50_ms"], result["p99_ms"])
        limits.equal(f"connections that failed, of {count}",
                     max(r["asked"] - r["encrypted"] for r in results), 0)
    progress("")
    table.note(f"A ping without an answer when the next one is due counts as lost: with {COUNTS[0]} "
               f"connections that is after {COUNTS[0] * 1000 // PINGS_PER_S} ms.")
    limits.at_most("client CPU per ping, 1000 against 10 connections",
                   best[1000]["ping_us"] / best[10]["ping_us"], FLAT, "x")
    return [table, limits.table("client")], limits.all_met()
