# SPDX-License-Identifier: MIT
"""What the interop tests share: programs that are read against a deadline, and TAP output.

The programs under test come from the environment: DTLS_SERVER and DTLS_CLIENT.
"""
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

KEY_HEX = "1a2b3c4d5e6f"
TIMEOUT_S = 20.0 * float(os.environ.get("MESON_TEST_TIMEOUT_MULTIPLIER", "1"))
MAX_LINES = 20000


class Failure(Exception):
    """A check did not hold, or a deadline passed."""


class Program:
    """A child process whose output is collected line by line, at most MAX_LINES of it."""

    def __init__(self, *argv, env=None, name=None, keep_errors_apart=False):
        self.argv = [str(arg) for arg in argv]
        self.name = name or os.path.basename(self.argv[0])
        self.lines = []
        self.errors = []
        self._arrived = queue.Queue()
        self._lock = threading.Lock()
        merged = dict(os.environ, **(env or {}))
        self.process = subprocess.Popen(
            self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if keep_errors_apart else subprocess.STDOUT, env=merged)
        threads = [threading.Thread(target=self._read, args=(self.process.stdout, self.lines),
                                    daemon=True)]
        if keep_errors_apart:
            threads.append(threading.Thread(target=self._read,
                                            args=(self.process.stderr, self.errors), daemon=True))
        for thread in threads:
            thread.start()
        self._threads = threads

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        self.kill()

    def _read(self, stream, lines):
        """Others do not end every line: the last element of lines may still grow."""
        pending = b""
        while True:
            chunk = os.read(stream.fileno(), 65536)
            whole, newline, rest = (pending + chunk).rpartition(b"\n")
            with self._lock:
                if pending:
                    lines.pop()
                complete = whole.split(b"\n") if newline else []
                for raw in complete + ([rest] if rest else []):
                    if len(lines) < MAX_LINES:      # the rest is read, so that it cannot block
                        lines.append(raw.decode("utf-8", "replace").rstrip("\r"))
            pending = rest if len(lines) < MAX_LINES else b""
            self._arrived.put(None)
            if not chunk:
                return

    def write(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def wait_for(self, predicate, what, timeout_s=TIMEOUT_S):
        """Returns the first true predicate(line), looking at all lines from the start."""
        deadline = time.monotonic() + timeout_s
        seen = 0
        while True:
            ended = self.process.poll() is not None
            if ended:
                for thread in self._threads:
                    thread.join(1)
            with self._lock:
                lines = self.lines[seen:]
            for line in lines:
                result = predicate(line)
                if result:
                    return result
            seen += max(len(lines) - 1, 0)      # the last one may not be complete
            if ended:
                raise Failure(f"{self.name} ended ({self.process.returncode}) before {what[:200]}")
            left = deadline - time.monotonic()
            if left <= 0:
                raise Failure(f"{self.name}: no {what[:200]} within {timeout_s:.0f} s")
            try:
                self._arrived.get(timeout=min(left, 0.1))
            except queue.Empty:
                pass

    def wait_for_text(self, text, timeout_s=TIMEOUT_S):
        return self.wait_for(lambda line: line if text in line else None, repr(text), timeout_s)

    def wait_for_match(self, pattern, timeout_s=TIMEOUT_S):
        return self.wait_for(lambda line: re.search(pattern, line), f"/{pattern}/", timeout_s)

    def wait_exit(self, timeout_s=TIMEOUT_S):
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} did not end within {timeout_s:.0f} s") from None
        for thread in self._threads:
            thread.join(2)
        return code

    def terminate(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait_exit()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def describe(self):
        out = [f"$ {' '.join(self.argv)[:240]}"]
        out += [f"  {line[:240]}" for line in self.lines[-40:]]
        out += [f"  stderr: {line[:240]}" for line in self.errors[-20:]]
        return "\n".join(out)


class Ours(Program):
    """One of our programs, headless, its JSON lines decoded."""

    def __init__(self, variable, *args):
        super().__init__(os.environ[variable], "--headless", "--json", *args,
                         keep_errors_apart=True,
                         env={"DISPLAY": "", "WAYLAND_DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": ""})

    @staticmethod
    def _event(line):
        try:
            return json.loads(line) if line.startswith("{") else None
        except json.JSONDecodeError:        # not all of it is there yet
            return None

    def events(self):
        with self._lock:
            lines = list(self.lines)
        return [event for event in map(self._event, lines) if event]

    def texts(self):
        """The sentences, without the messages."""
        return [event["text"] for event in self.events() if event["level"] != "message"]

    def messages(self):
        return [event for event in self.events() if event["level"] == "message"]

    def wait_for_sentence(self, text, timeout_s=TIMEOUT_S):
        def check(line):
            event = self._event(line)
            return event if event and text in event["text"] else None
        return self.wait_for(check, repr(text), timeout_s)

    def wait_for_message(self, text=None, timeout_s=TIMEOUT_S):
        """A message whose decrypted bytes contain text (bytes or str)."""
        wanted = text.encode() if isinstance(text, str) else text

        def check(line):
            event = self._event(line)
            if not event or event["level"] != "message":
                return None
            return event if wanted is None or wanted in bytes.fromhex(
                event["plaintext"].replace(" ", "")) else None
        return self.wait_for(check, f"message {text!r}", timeout_s)


class Server(Ours):
    def __init__(self, *args, listen="127.0.0.1:0"):
        super().__init__("DTLS_SERVER", "--listen", listen, *args)
        found = self.wait_for_match(r"Server is listening on address (\S+) and port (\d+)")
        self.address = found.group(1)
        self.port = int(found.group(2))


class Client(Ours):
    def __init__(self, host_port, *args):
        super().__init__("DTLS_CLIENT", "--connect", host_port, *args)


def free_port(count=1, host="127.0.0.1"):
    """The first of count neighbouring UDP ports that nobody has at this moment."""
    for _attempt in range(50):
        sockets = []
        try:
            first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sockets.append(first)
            first.bind((host, 0))
            port = first.getsockname()[1]
            for offset in range(1, count):
                other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sockets.append(other)
                other.bind((host, port + offset))
            return port
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
    raise Failure("no free ports")


def is_bound(port):
    """Whether some process of this network namespace has the UDP port, on any address."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        try:
            with open(table, encoding="ascii") as rows:
                if any(row.split()[1].endswith(wanted) for row in rows):
                    return True
        except FileNotFoundError:
            pass
    return False


def wait_until(condition, what, program=None, timeout_s=TIMEOUT_S):
    """Waits until condition() is true; fails when program ends before."""
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while True:
        result = condition()
        if result:
            return result
        if program is not None and program.process.poll() is not None:
            raise Failure(f"{program.name} ended ({program.process.returncode}) before {what}")
        if time.monotonic() >= deadline:
            raise Failure(f"no {what} within {timeout_s:.0f} s")
        pause.wait(0.02)


def wait_bound(port, program):
    wait_until(lambda: is_bound(port), f"port {port} is bound", program)


def key_file(identity, key_hex=KEY_HEX):
    """A psktool file with one line, for our programs and for GnuTLS's. The caller removes it."""
    handle, path = tempfile.mkstemp(prefix="dtls-pair-keys-")
    with os.fdopen(handle, "w", encoding="utf-8") as keys:
        keys.write(f"{identity}:{key_hex}\n")
    return path


def check(condition, what):
    if not condition:
        raise Failure(what)


def check_equal(got, wanted, what):
    if got != wanted:
        raise Failure(f"{what}:\n  got    {got!r}\n  wanted {wanted!r}")


def run(*cases, needs=()):
    """Runs the cases (functions), prints TAP, exits. 77 when a needed program is missing.
    Names on the command line: those cases only."""
    cases = [case for case in cases
             if not sys.argv[1:] or getattr(case, "__name__", "") in sys.argv[1:]]
    missing = [name for name in needs if not (shutil.which(name) or os.access(name, os.X_OK))]
    if missing:
        print(f"1..0 # SKIP not installed: {', '.join(missing)}")
        sys.exit(77)
    programs = []
    original_init = Program.__init__

    def remember(self, *args, **kwargs):
        original_init(self, *args, **kwargs)
        programs.append(self)

    Program.__init__ = remember
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, case in enumerate(cases, 1):
        programs.clear()
        name = getattr(case, "__name__", str(case))
        try:
            case()
            print(f"ok {number} {name}", flush=True)
        except Exception as error:      # pylint: disable=broad-except
            failed += 1
            detail = str(error) if isinstance(error, Failure) else traceback.format_exc()
            for program in programs:
                detail += "\n" + program.describe()
            print(f"not ok {number} {name}", flush=True)
            print("\n".join("# " + line for line in detail.splitlines()), flush=True)
        finally:
            for program in programs:
                program.kill()
    sys.exit(1 if failed else 0)
