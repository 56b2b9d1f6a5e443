# SPDX-License-Identifier: MIT
"""What the benchmarks share: servers under measurement, the load generator, tables."""
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

KEY = "1a2b3c4d5e6f"
PRIORITY = "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK:-CIPHER-ALL:+AES-128-GCM"
COAP_KEY = "benchkey"           # its option takes characters
START_S = 10
LOAD_S = 300


class BenchError(Exception):
    """Something did not start, did not answer or is missing."""


class Programs:
    """Where the build folder has what is measured."""

    def __init__(self, build):
        self.build = os.path.abspath(build)

    def bench(self, name):
        return os.path.join(self.build, "tests/bench", name)

    def product(self, side):
        return os.path.join(self.build, "src", side, "dtls-" + side)

    def environment(self, **more):
        return dict(os.environ, GSETTINGS_SCHEMA_DIR=os.path.join(self.build, "data"),
                    GSETTINGS_BACKEND="memory", LC_ALL="C.UTF-8", **more)


def udp_port_of(pid):
    """The port that a process has bound, from /proc; None as long as there is none."""
    inodes = set()
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            match = re.match(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{name}"))
            if match:
                inodes.add(match.group(1))
    except OSError:
        return None
    for table in ("udp", "udp6"):
        with open(f"/proc/{pid}/net/{table}", encoding="ascii") as rows:
            for row in list(rows)[1:]:
                fields = row.split()
                if fields[9] in inodes and not int(fields[2].split(":")[1], 16):
                    return int(fields[1].split(":")[1], 16)
    return None


class Server:
    """One server process; use it in a with statement."""

    def __init__(self, argv, env=None, stdout=subprocess.DEVNULL):
        self.argv, self.env, self.stdout = argv, env, stdout

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, env=self.env, stdin=subprocess.DEVNULL,
                                        stdout=self.stdout, stderr=subprocess.DEVNULL, text=True)
        self.pid = self.process.pid
        deadline = time.monotonic() + START_S
        while True:
            self.port = udp_port_of(self.pid)
            if self.port:
                return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise BenchError(f"{os.path.basename(self.argv[0])} does not listen")
            time.sleep(0.02)

    def __exit__(self, *_exception):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Screen:
    """An X server without a screen; use it in a with statement."""

    def __init__(self, size="1400x900x24"):
        self.size = size

    def __enter__(self):
        reader, writer = os.pipe()
        try:
            self.process = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writer), "-screen", "0", self.size, "-nolisten", "tcp"],
                pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except FileNotFoundError as error:
            raise BenchError("Xvfb is not installed") from error
        os.close(writer)
        with os.fdopen(reader) as numbers:
            self.name = ":" + numbers.readline().strip()
        return self

    def __exit__(self, *_exception):
        self.process.terminate()
        self.process.wait()

    def environment(self):
        return {"DISPLAY": self.name, "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo",
                "GTK_A11Y": "none"}


def keys_file(folder):
    """Files in the forms that gnutls-serv and our programs read."""
    name = os.path.join(folder, "keys")
    with open(name, "w", encoding="ascii") as file:
        file.write("bench:" + KEY + "\n")
    os.chmod(name, 0o600)
    return name


def server_argv(programs, kind, folder):
    """The command of one kind of server, or None where it is not installed."""
    if kind == "echo":
        return [programs.bench("bench-echo"), "0"]
    if kind == "floor":
        return [programs.bench("bench-floor"), "0", KEY, PRIORITY]
    if kind == "events":
        return [programs.bench("bench-engine"), "0", KEY]
    if kind == "quiet":
        return [programs.bench("bench-engine"), "0", KEY, "--quiet"]
    if kind == "json":
        return [programs.product("server"), "--headless", "--json", "--listen", "127.0.0.1:0",
                "--key-file", keys_file(folder)]
    if kind == "gnutls-serv" and shutil.which("gnutls-serv"):
        return ["gnutls-serv", "--udp", "--echo", "--quiet", "--port", str(free_port()),
                "--pskpasswd", keys_file(folder), "--priority", PRIORITY]
    if kind == "coap-server":
        path = shutil.which("coap-server-gnutls") or shutil.which("coap-server-openssl")
        if path:                # DTLS is one port above
            return [path, "-A", "127.0.0.1", "-p", str(free_port()), "-k", COAP_KEY]
    return None


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def load(programs, server, sessions, messages, *more):
    """One run of the load generator: its figures as a dictionary."""
    argv = [programs.bench("bench-load"), "--port", str(server.port),
            "--pid", str(server.pid), "--sessions", str(sessions), "--messages", str(messages),
            *map(str, more)]
    run = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         timeout=LOAD_S, check=False)
    lines = run.stdout.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        raise BenchError("the load generator failed: " + run.stderr.strip()[-300:])
    return json.loads(lines[-1])


def run_once(programs, kind, sessions, messages, *more):
    """Starts a server, loads it, ends it; None where the server is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        argv = server_argv(programs, kind, folder)
        if argv is None:
            return None
        with Server(argv, programs.environment()) as server:
            if kind == "coap-server":
                server.port = int(argv[argv.index("-p") + 1]) + 1
                more += ("--coap", "--key", COAP_KEY.encode().hex())
            return load(programs, server, sessions, messages, *more)


def thread_cpu_ns(pid):
    """CPU time of all threads of a process."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as row:
            total += int(row.read().split()[0])
    return total


def least(results, field):
    """The least of a figure over the rounds: what the machine costs without its noise."""
    return min(result[field] for result in results)


def machine():
    """The machine in one sentence."""
    name = platform.processor()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as rows:
            name = next(row.split(":", 1)[1].strip() for row in rows if row.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{name}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"


def progress(text):
    """What is being measured, for whoever watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


class Table:
    """Columns of text; printed aligned, or as Markdown."""

    def __init__(self, title, command, header):
        self.title, self.command, self.header = title, command, header
        self.rows, self.notes, self.limits = [], [], False

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])

    def note(self, text):
        self.notes.append(text)

    def print(self, markdown=False):
        if markdown:
            print(f"**{self.title}** (`tools/bench {self.command}`)\n")
            print("| " + " | ".join(self.header) + " |")
            print("|" + "|".join("---" if i == 0 else "---:" for i in range(len(self.header))) + "|")
            for row in self.rows:
                print("| " + " | ".join(row) + " |")
            print()
            for note in self.notes:
                print(note + "\n")
            return
        widths = [max(len(row[i]) for row in [self.header] + self.rows)
                  for i in range(len(self.header))]
        print(f"\n{self.title}  (tools/bench {self.command})")
        for row in [self.header] + self.rows:
            print("  " + "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                                   for i, (cell, width) in enumerate(zip(row, widths))))
        for note in self.notes:
            print("  " + note)


class Limits:
    """Figures against their limits; the last table of each benchmark."""

    def __init__(self):
        self.rows = []

    def at_most(self, what, value, limit, unit=""):
        self.rows.append((what, value, "<=", limit, unit, value <= limit))

    def equal(self, what, value, limit, unit=""):
        self.rows.append((what, value, "=", limit, unit, value == limit))

    def table(self, command):
        table = Table("Limits", command, ["figure", "measured", "limit", "met"])
        table.limits = True
        for what, value, sign, limit, unit, met in self.rows:
            number = f"{value:.2f}" if isinstance(value, float) else f"{value}"
            table.add(what, f"{number} {unit}".strip(), f"{sign} {limit} {unit}".strip(),
                      "yes" if met else "NO")
        return table

    def all_met(self):
        return all(row[-1] for row in self.rows)
