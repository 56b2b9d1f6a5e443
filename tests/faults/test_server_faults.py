# SPDX-License-Identifier: MIT
"""What a hostile network can do to a real server: it must neither stop, starve, grow nor be fooled.

Each case is named by the requirement that it shows (tests/REQUIREMENTS.md)."""
import os
import resource
import signal
import socket
import time

from peers import (Client, Ours, Server, check, check_equal, free_port, run, wait_bound,
                   wait_until)
from raw_dtls import Stranger, cookie_of, hello, loopback

N_HELLOS = 20000
N_JUNK = 1000000


class QuietServer(Ours):
    """One that prints warnings and errors only, hence not its port."""

    def __init__(self, *args):
        self.port = free_port()
        super().__init__("DTLS_SERVER", "--listen", f"127.0.0.1:{self.port}", "--quiet", *args)
        wait_bound(self.port, self)


def raise_descriptors():
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def resident_kib(program):
    """Memory that the product keeps: a sanitizer keeps what was freed, so there it says nothing."""
    with open(f"/proc/{program.process.pid}/maps", encoding="ascii") as maps:
        if "asan" in maps.read():
            return 0
    with open(f"/proc/{program.process.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * (os.sysconf("SC_PAGESIZE") // 1024)


def descriptors(program):
    return len(os.listdir(f"/proc/{program.process.pid}/fd"))


def good_client(port, *args):
    """Connects, sends one message, gets its answer; returns the seconds that took."""
    began = time.monotonic()
    with Client(f"127.0.0.1:{port}", "--message", "hello", *args) as client:
        check_equal(client.wait_exit(), 0, "exit code of a good client")
        check("ACK" in client.messages()[0]["text"], "an ACK")
    return time.monotonic() - began


def s1_hellos_from_20000_addresses():
    with QuietServer() as server:
        good_client(server.port)
        for index in range(500):        # what a first flood allocates once
            with Stranger(server.port, loopback(index)) as stranger:
                stranger.send(hello(stranger.random))
                stranger.receive()
        before = resident_kib(server)
        n_answers = n_bytes_in = n_bytes_out = 0
        for index in range(N_HELLOS):
            with Stranger(server.port, loopback(index)) as stranger:
                question = hello(stranger.random)
                stranger.send(question)
                answer = stranger.receive()
                n_bytes_in += len(question)
                if answer:
                    n_answers += 1
                    n_bytes_out += len(answer)
                    check(cookie_of(answer) is not None, "a HelloVerifyRequest")
            if index % 5000 == 2500:
                check(good_client(server.port) < 1.0, "a good client within 1 s")
        grown = resident_kib(server) - before
        check_equal(n_answers, N_HELLOS, "answers")
        check(n_bytes_out <= n_bytes_in, f"{n_bytes_out} bytes out, {n_bytes_in} in")
        check(grown < 512, f"resident memory grew by {grown} KiB")
        print(f"# {N_HELLOS} hellos: {grown} KiB, {n_bytes_out / n_bytes_in:.2f} bytes out per in")


def s3_b2_a_million_junk_datagrams():
    with QuietServer() as server:
        good_client(server.port)
        before = resident_kib(server)
        junk = [b"", b"\x00", b"\x16\xfe\xfd", b"\x17" * 13, os.urandom(63), os.urandom(1200),
                b"\x15\xfe\xfd" + b"\x00" * 8 + b"\x00\x02\x02\x28",
                b"\x16\x03\x01\x00\x2f\x01" + b"\x00" * 46,
                b"\x16\xfe\xfd\x00\x01" + b"\x00" * 6 + b"\x3f\xff" + b"\x00" * 50]
        with Stranger(server.port) as stranger:
            for index in range(N_JUNK):
                stranger.send(junk[index % len(junk)])
                if index % 250000 == 100000:
                    check(good_client(server.port) < 2.0, "a good client during the flood")
            check(stranger.receive(0.2) is None, "no answer to junk")
        check(good_client(server.port) < 2.0, "a good client after the flood")
        grown = resident_kib(server) - before
        check(grown < 1024, f"resident memory grew by {grown} KiB")
        logged = sum(len(line) for line in server.lines)
        check(logged < 100 * 1024, f"{logged} bytes of log (B2)")


def stalled(limit):
    """2 000 verified handshakes that go no further: a new client always gets in (S9, S12)."""
    raise_descriptors()
    with QuietServer("--max-handshakes", str(limit), "--handshake-age", "5") as server:
        strangers = [Stranger(server.port, loopback(index)) for index in range(2000)]
        worst = 0.0
        try:
            with Client(f"127.0.0.1:{server.port}", "--count", "1", "--ping-interval", "1") as old:
                old.wait_for_message("ACK")
                for index, stranger in enumerate(strangers):
                    check(stranger.begin(), "a cookie for a stalled client")
                    if index % 500 == 250:
                        worst = max(worst, handshake_ms(server.port))
                worst = max(worst, handshake_ms(server.port))
                check(worst < 250, f"a new client took {worst:.0f} ms")
                # all are gone and silent after the age limit
                deadline = time.monotonic() + 20
                while time.monotonic() < deadline:
                    quiet = 0
                    for stranger in strangers:
                        stranger.socket.setblocking(False)
                        try:
                            while True:
                                stranger.socket.recv(65536)
                                quiet += 1
                        except OSError:
                            pass
                    if quiet == 0:
                        break
                    wait_a_moment(1.6)      # longer than the repeats of one age are apart
                check_equal(quiet, 0, "datagrams to stalled clients after the age limit")
        finally:
            for stranger in strangers:
                stranger.socket.close()
        print(f"# 2000 stalled at a cap of {limit}: a new client in {worst:.1f} ms at worst")


def wait_a_moment(seconds):
    """Until nothing can come any more: a window of silence is what is asserted afterwards."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end, "the end of the window")


def handshake_ms(port):
    """From the client's first hello to its established line, by its own time stamps."""
    with Client(f"127.0.0.1:{port}", "--message", "x") as client:
        check_equal(client.wait_exit(), 0, "exit code of a new client")
        events = client.events()
        begin = next(e["time"] for e in events if "starting a handshake" in e["text"])
        end = next(e["time"] for e in events if "encrypted connection established" in e["text"])
    seconds = [int(t[11:13]) * 3600 + int(t[14:16]) * 60 + float(t[17:26]) for t in (begin, end)]
    return (seconds[1] - seconds[0]) % 86400 * 1000


def s9_s12_stalled_at_512():
    stalled(512)


def s9_s12_stalled_at_4096():
    stalled(4096)


def s21_killed_and_back_on_the_same_port():
    with Server() as server:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        for _round in range(5):
            with Client(f"127.0.0.1:{server.port}", "--local-port", str(port)) as client:
                client.wait_for_message("ACK")
                client.process.send_signal(signal.SIGKILL)
                client.wait_exit()
            took = handshake_ms_on(server.port, port)
            check(took < 100, f"served after {took:.0f} ms")
        check_equal(sum("encrypted" in text for text in server.texts()), 10, "connections")


def handshake_ms_on(port, local_port):
    with Client(f"127.0.0.1:{port}", "--message", "x", "--local-port", str(local_port)) as client:
        check_equal(client.wait_exit(), 0, "exit code of the client that came back")
        events = client.events()
        begin = next(e["time"] for e in events if "starting a handshake" in e["text"])
        end = next(e["time"] for e in events if "encrypted connection established" in e["text"])
    seconds = [int(t[11:13]) * 3600 + int(t[14:16]) * 60 + float(t[17:26]) for t in (begin, end)]
    return (seconds[1] - seconds[0]) % 86400 * 1000


def s26_one_empty_datagram():
    with Server() as server:
        with Stranger(server.port) as stranger:
            stranger.send(b"")
        for _index in range(4):
            good_client(server.port)


def s27_idle_and_capped():
    with Server("--idle-timeout", "1", "--max-connections", "3") as server:
        clients = [Client(f"127.0.0.1:{server.port}", "--ping-interval", "0") for _ in range(5)]
        for client in clients:
            client.wait_for_sentence("encrypted connection established")
        wait_until(lambda: sum("silent" in text for text in server.texts()) >= 3,
                   "three idle connections closed", server)
        wait_until(lambda: all(any("shutdown" in text or "shut down" in text for text in c.texts())
                               for c in clients), "all clients were told")


def b5_ten_thousand_handshakes():
    raise_descriptors()
    with QuietServer("--max-connections", "20000") as server:
        before = None
        for batch in range(100):
            with Client(f"127.0.0.1:{server.port}", "--count", "100", "--message", "x",
                        "--quiet") as client:
                check_equal(client.wait_exit(60), 0, "exit code of a hundred clients")
            if batch == 9:
                before = resident_kib(server), descriptors(server)
        after = resident_kib(server), descriptors(server)
        check_equal(after[1], before[1], "descriptors")
        check(after[0] - before[0] <= 1024, f"memory grew by {after[0] - before[0]} KiB")
        print(f"# 10 000 handshakes: {after[0] - before[0]} KiB after the first thousand")


if __name__ == "__main__":
    run(s1_hellos_from_20000_addresses, s3_b2_a_million_junk_datagrams, s9_s12_stalled_at_512,
        s9_s12_stalled_at_4096, s21_killed_and_back_on_the_same_port, s26_one_empty_datagram,
        s27_idle_and_capped, b5_ten_thousand_handshakes)
