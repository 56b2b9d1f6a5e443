# SPDX-License-Identifier: MIT
"""tools/bench engine: CPU, memory, loss and round trips, against the lean floor."""
import json
import subprocess

from benchlib import BenchError, Limits, Table, least, progress, run_once, PRIORITY

KINDS = ("floor", "quiet", "events", "json")
NAMES = {"floor": "lean floor", "quiet": "engine, --quiet", "events": "engine, events on",
         "json": "dtls-server --json", "gnutls-serv": "gnutls-serv", "coap-server": "coap-server",
         "echo": "bare UDP echo", "crypto": "GnuTLS in memory"}
MESSAGES = {1: 50000, 100: 200000, 1000: 200000, 10000: 200000, 15000: 60000}
HOLD_S = 5
REPEATS = 3                     # of what takes a second, in each round


def crypto_us(programs, sessions):
    argv = [programs.bench("bench-crypto"), str(sessions), "200000", PRIORITY]
    run = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)["message_us"]


def measure(programs, sizes, rounds, quick):
    """{(kind, sessions): [result of each round]}; the kinds alternate, so noise meets all."""
    results = {}
    for number in range(rounds):
        for sessions in sizes:
            messages = MESSAGES.get(sessions, 100000) // (4 if quick else 1)
            for kind in KINDS * (REPEATS if sessions <= 1000 else 1):
                hold = HOLD_S if sessions >= 10000 and number == 0 else 0
                progress(f"round {number + 1} of {rounds}: {NAMES[kind]}, {sessions} sessions")
                result = run_once(programs, kind, sessions, messages, "--hold", hold)
                results.setdefault((kind, sessions), []).append(result)
    progress("")
    return results


def others(programs, table):
    """Servers of other people, where they are installed; one session, as they are made."""
    for kind, sessions in (("gnutls-serv", 1), ("coap-server", 100)):
        try:
            result = run_once(programs, kind, sessions, 20000)
        except (BenchError, subprocess.TimeoutExpired) as error:
            table.note(f"{NAMES[kind]}: {error}")
            continue
        if result is None:
            table.note(f"{NAMES[kind]} is not installed.")
            continue
        table.add(NAMES[kind], sessions, f"{result['message_us']:.2f}", "",
                  f"{result['handshake_us']:.0f}", "", f"{result['per_s']:.0f}", result["lost"],
                  result["p50_us"], result["p99_us"], f"{result['kib_per_session']:.1f}")


def report(programs, results, sizes, limits):
    table = Table("Server CPU (user and system) for answered messages of 64 bytes", "engine",
                  ["server", "sessions", "us/message", "x floor", "us/handshake", "x floor",
                   "messages/s", "lost", "p50 us", "p99 us", "KiB/session"])
    for sessions in sizes:
        floor = results["floor", sessions]
        for kind in KINDS:
            rows = results[kind, sessions]
            message, shake = least(rows, "message_us"), least(rows, "handshake_us")
            table.add(NAMES[kind], sessions, f"{message:.2f}",
                      f"{message / least(floor, 'message_us'):.2f}", f"{shake:.0f}",
                      f"{shake / least(floor, 'handshake_us'):.2f}",
                      f"{max(row['per_s'] for row in rows):.0f}",
                      sum(row["lost"] + row["failed"] for row in rows), least(rows, "p50_us"),
                      least(rows, "p99_us"), f"{least(rows, 'kib_per_session'):.1f}")
    others(programs, table)
    table.note("A handshake of one session pays for the first touch of everything. 128 messages "
               "are under way at a time.")

    def ratio(kind, sessions, field):
        return least(results[kind, sessions], field) / least(results["floor", sessions], field)

    for sessions in sizes:
        if sessions in (100, 1000, 10000):
            limits.at_most(f"CPU per message, events on, {sessions} sessions",
                           ratio("events", sessions, "message_us"), 1.3, "x floor")
            limits.at_most(f"CPU per handshake, events on, {sessions} sessions",
                           ratio("events", sessions, "handshake_us"), 1.5, "x floor")
        limits.equal(f"lost and failed at {sessions} sessions",
                     sum(row["lost"] + row["failed"] for kind in KINDS[1:]
                         for row in results[kind, sessions]), 0)
    if 100 in sizes and 10000 in sizes:
        def growth(kind):
            return (least(results[kind, 10000], "message_us")
                    / least(results[kind, 100], "message_us"))
        limits.at_most("growth from 100 to 10 000 sessions", growth("events") / growth("floor"),
                       1.25, "x floor's")
        limits.at_most("resident for each of 10 000 sessions",
                       least(results["events", 10000], "kib_per_session"), 14.5, "KiB")
        for kind in ("events", "json"):
            limits.at_most(f"idle CPU at 10 000 sessions, {NAMES[kind]}",
                           results[kind, 10000][0]["idle_ms_per_s"], 1.0, "ms/s")
    if 15000 in sizes:
        limits.equal("sessions held of 15 000",
                     least(results["events", 15000], "established"), 15000)
    return table


def yardstick(programs, rounds, limits):
    """The floor itself against what it is made of, at the same pace: OpenSSL keeps the load
    generator busy, and a server that waits less takes more datagrams with one call."""
    table = Table("The floor against its parts, 100 sessions", "engine", ["part", "us/message"])
    floors, echoes, cryptos = [], [], []
    for number in range(rounds * REPEATS):
        progress(f"round {number // REPEATS + 1} of {rounds}: the floor and its parts")
        floor = run_once(programs, "floor", 100, 200000)
        idle = run_once(programs, "echo", 100, 200000, "--plain")
        work_ns = max(0, int(1e9 / floor["per_s"] - 1e9 / idle["per_s"]))
        floors.append(floor["message_us"])
        echoes.append(run_once(programs, "echo", 100, 200000, "--plain", "--work",
                               work_ns)["message_us"])
        cryptos.append(crypto_us(programs, 100))
    progress("")
    for kind, values in (("crypto", cryptos), ("echo", echoes), ("floor", floors)):
        table.add(NAMES[kind], f"{min(values):.2f}")
    limits.at_most("lean floor", min(floors) / (min(cryptos) + min(echoes)), 1.25, "x parts")
    return table


def run(programs, options):
    sizes = options.sessions or [1, 100, 1000, 10000, 15000]
    limits = Limits()
    results = measure(programs, sizes, options.rounds, options.quick)
    tables = [report(programs, results, sizes, limits)]
    if 100 in sizes:
        tables.append(yardstick(programs, options.rounds, limits))
    tables.append(limits.table("engine"))
    return tables, limits.all_met()
