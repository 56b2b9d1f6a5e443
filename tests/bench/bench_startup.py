# SPDX-License-Identifier: MIT
"""tools/bench startup: from exec to first paint, and the memory then.

The program runs under an X server of its own. The first paint is the moment at which the X
server reports damage and the screen behind it is not black. The median of the runs counts, after
one run that counts for nothing.
"""
import ctypes
import os
import select
import statistics
import subprocess
import time

from benchlib import BenchError, Limits, Screen, Table, progress

LIMIT_S, RUNS = 20, 7
PAINT_MS, RESIDENT_MIB = 300, 100
ALL_PLANES = ctypes.c_ulong(-1)
Z_PIXMAP = 2
DAMAGE_NON_EMPTY = 3


class Watcher:
    """A connection to an X server that watches what is drawn on its screen."""

    def __init__(self, screen):
        try:
            self.x11, damage = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXdamage.so.1")
        except OSError as error:
            raise BenchError(str(error)) from error
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XGetImage.restype = ctypes.c_void_p
        self.x11.XGetPixel.restype = ctypes.c_ulong
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        damage.XDamageCreate.restype = ctypes.c_ulong
        self.damage = damage
        self.handle = ctypes.c_void_p(self.x11.XOpenDisplay(screen.name.encode()))
        self.root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.handle))
        base, error = ctypes.c_int(), ctypes.c_int()
        if not damage.XDamageQueryExtension(self.handle, ctypes.byref(base), ctypes.byref(error)):
            raise BenchError("the X server has no DAMAGE extension")
        self.watch = ctypes.c_ulong(damage.XDamageCreate(self.handle, self.root, DAMAGE_NON_EMPTY))
        self.x11.XSync(self.handle, 0)

    def _drain(self):
        event = ctypes.create_string_buffer(256)
        n_events = 0
        while self.x11.XPending(self.handle) > 0:
            self.x11.XNextEvent(self.handle, event)
            n_events += 1
        self.damage.XDamageSubtract(self.handle, self.watch, ctypes.c_ulong(0), ctypes.c_ulong(0))
        self.x11.XFlush(self.handle)
        return n_events

    def _lit(self, x, y):
        image = ctypes.c_void_p(self.x11.XGetImage(self.handle, self.root, x, y, 1, 1, ALL_PLANES,
                                                   Z_PIXMAP))
        pixel = self.x11.XGetPixel(image, 0, 0) & 0xffffff
        self.x11.XDestroyImage(image)
        return pixel != 0

    def wait_for_paint(self, deadline):
        """The monotonic time of the first paint, or None."""
        fd = self.x11.XConnectionNumber(self.handle)
        while time.monotonic() < deadline:
            if self.x11.XPending(self.handle) == 0:
                select.select([fd], [], [], 0.5)
            if self._drain() > 0:
                now = time.monotonic()
                if self._lit(300, 200) and self._lit(500, 300):
                    return now
        return None

    def close(self):
        self.x11.XCloseDisplay(self.handle)


def memory_mib(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii") as rows:
        return next(int(row.split()[1]) for row in rows if row.startswith(field + ":")) / 1024


def one_run(programs, argv):
    with Screen() as screen:
        watcher = Watcher(screen)
        begun = time.monotonic()
        program = subprocess.Popen(argv, env=programs.environment(**screen.environment()),
                                   stderr=subprocess.DEVNULL)
        try:
            painted = watcher.wait_for_paint(begun + LIMIT_S)
            if painted is None or program.poll() is not None:
                raise BenchError(f"{os.path.basename(argv[0])} painted nothing within {LIMIT_S} s")
            return ((painted - begun) * 1000, memory_mib(program.pid, "VmRSS"),
                    memory_mib(program.pid, "RssAnon"))
        finally:
            program.terminate()
            program.wait()
            watcher.close()


def run(programs, options):
    os.environ.pop("WAYLAND_DISPLAY", None)
    table = Table(f"From exec to first paint, warm, cairo renderer, median of {RUNS} runs",
                  "startup", ["program", "first paint ms", "resident MiB", "of which its own MiB"])
    limits = Limits()
    for side in ("server", "client"):
        progress(f"dtls-{side}")
        argv = [programs.product(side)]
        one_run(programs, argv)
        results = [one_run(programs, argv) for _run in range(RUNS)]
        paint, resident, own = (statistics.median(column) for column in zip(*results))
        table.add(f"dtls-{side}", f"{paint:.0f}", f"{resident:.0f}", f"{own:.0f}")
        limits.at_most(f"first paint of dtls-{side}", paint, PAINT_MS, "ms")
        limits.at_most(f"resident dtls-{side}", resident, RESIDENT_MIB, "MiB")
    progress("")
    return [table, limits.table("startup")], limits.all_met()
