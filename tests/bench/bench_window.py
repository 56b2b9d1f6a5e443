# SPDX-License-Identifier: MIT
"""tools/bench window: what a flood costs the window's main thread, and what it still shows."""
import json
import subprocess
import time

from benchlib import BenchError, Limits, Screen, Server, Table, load, progress, run_once


FED_RATES = (100, 1000, 10000, 100000, 400000)
FED_S = {100000: 10}
REAL_RATES = (100, 1000, 10000, 0)      # 0: as fast as answers come
REAL_S, SESSIONS, MOST = 6, 100, 300000
SETTLE_S = 1.5


def feed(programs, rate, seconds):
    with Screen() as screen:
        argv = [programs.bench("bench-window"), str(rate), str(seconds)]
        run = subprocess.run(argv, env=programs.environment(**screen.environment()),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             timeout=seconds + 60, check=False)
    if not run.stdout.startswith("{"):
        raise BenchError("bench-window failed: " + run.stderr.strip()[-300:])
    return json.loads(run.stdout)


def median_of(rounds, function):
    """The round whose median CPU is the least."""
    results = [function() for _round in range(rounds)]
    return min(results, key=lambda result: result["cpu_median_ms"])


def fed_table(programs, options, limits):
    table = Table("Window fed through its queue, 64-byte messages, cairo renderer", "window",
                  ["messages/s", "s", "CPU ms/16.7 ms: median", "p99", "frames/s",
                   "longest gap ms", "came", "lost at queue", "stored", "let go by the log",
                   "end visible after ms", "idle after ms", "peak MiB"])
    for rate in FED_RATES:
        seconds = 2 if options.quick else FED_S.get(rate, 5)
        progress(f"window fed with {rate} messages/s for {seconds} s")
        result = median_of(options.rounds, lambda rate=rate, seconds=seconds:
                           feed(programs, rate, seconds))
        table.add(f"{result['per_s']:.0f}", seconds, result["cpu_median_ms"],
                  result["cpu_p99_ms"], result["frames_per_s"], result["longest_gap_ms"],
                  result["came"], result["lost"], result["stored"], result["discarded"],
                  result["end_lag_ms"], result["idle_after_ms"], f"{result['peak_mib']:.0f}")
        if rate != 100000:
            continue
        limits.at_most("main thread at 100 000 messages/s, median", result["cpu_median_ms"], 12,
                       "ms of 16.7")
        limits.equal("lost at the queue at 100 000 messages/s", result["lost"], 0)
        limits.equal("neither stored nor counted as let go",
                     result["written"] - result["came"], 0)
        limits.at_most("end visible after the last message",
                       result["end_lag_ms"] if result["end_lag_ms"] >= 0 else 9999.0, 100, "ms")
        limits.at_most("idle after the last message", result["idle_after_ms"], 1000, "ms")
    return table


def talk(programs, rate, seconds):
    """The window with its engine and real sessions: figures of both sides."""
    messages = int(rate * seconds) if rate else MOST
    more = ("--rate", rate) if rate else ()
    with Screen() as screen:
        server = Server([programs.bench("bench-window"), "--listen"],
                        programs.environment(**screen.environment()), subprocess.PIPE)
        with server:
            time.sleep(SETTLE_S)
            result = load(programs, server, SESSIONS, messages, *more)
            time.sleep(SETTLE_S)
        output = server.process.stdout.read()
    if not output.startswith("{"):
        raise BenchError("bench-window --listen did not end well")
    window = json.loads(output)
    return {**window, **{"net_" + key: value for key, value in result.items()}}


def real_table(programs, options, limits):
    table = Table(f"Window with its engine and {SESSIONS} real sessions", "window",
                  ["messages/s", "CPU ms/16.7 ms: median", "p99", "longest gap ms",
                   "engine us/message", "x headless", "p50 us", "p99 us", "lost on the way",
                   "lost at queue", "stored"])
    for rate in REAL_RATES:
        seconds = 2 if options.quick else REAL_S
        more = ("--rate", rate) if rate else ()
        messages = int(rate * seconds) if rate else MOST
        progress(f"window with sessions, {rate or 'most'} messages/s")
        results, bare = [], []
        for _round in range(options.rounds):
            bare.append(run_once(programs, "events", SESSIONS, messages, *more))
            results.append(talk(programs, rate, seconds))
        headless = min(result["engine_us"] for result in bare)
        engine = min(result["net_engine_us"] for result in results)
        best = min(results, key=lambda result: result["net_p99_us"])
        table.add(f"{best['net_per_s']:.0f}", best["cpu_median_ms"], best["cpu_p99_ms"],
                  best["longest_gap_ms"], f"{engine:.2f}", f"{engine / headless:.2f}",
                  best["net_p50_us"], best["net_p99_us"], best["net_lost"], best["lost"],
                  best["stored"])
        if rate == 10000:
            limits.at_most("engine thread with the window, 10 000 messages/s", engine / headless,
                           1.5, "x headless")
            limits.at_most("p99 round trip with the window, 10 000 messages/s",
                           best["net_p99_us"] / 1000, 20, "ms")
            limits.equal("lost with the window, 10 000 messages/s", best["net_lost"], 0)
    return table


def run(programs, options):
    limits = Limits()
    tables = [fed_table(programs, options, limits), real_table(programs, options, limits)]
    progress("")
    return tables + [limits.table("window")], limits.all_met()
