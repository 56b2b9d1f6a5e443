# SPDX-License-Identifier: MIT
"""What a bad network and a hostile one can do to real clients: they get through, and a user loses
nothing. In a network namespace of its own, where ICMP can be forged.

Cases are named by the requirement that they show (tests/REQUIREMENTS.md)."""
import os
import re
import signal
import socket
import statistics
import time

from hostile import (Relay, add_address, enter_namespace, forge, forge_too_long, forge_unreachable,
                     remove_address, shape)
from peers import (Client, Program, Server, check, check_equal, free_port, key_file, run,
                   wait_until)
from raw_dtls import Stranger, hello

ESTABLISHED = "encrypted connection established"
UNREACHABLE = "spurious read notification?"      # the original's words for a refusal
N_TRIES = 200
PING = ("--ping-interval", "0.1")


def established(client):
    return sum(ESTABLISHED in text for text in client.texts())


def answers(client):
    return len(client.messages())


def goes_on(client, n=5):
    """n more answers: the session lives."""
    wanted = answers(client) + n
    wait_until(lambda: answers(client) >= wanted, f"{n} more answers", client)


class Proxy(Program):
    """The seeded bad network between clients and a server."""

    def __init__(self, port, *args):
        super().__init__(os.environ["DTLS_TEST_PROXY"], "--to", f"127.0.0.1:{port}", *args)
        found = self.wait_for_match(r"listening (\S+):(\d+)")
        self.port = int(found.group(2))


def s13_twenty_clients_at_20_percent():
    with Server() as server:
        with Proxy(server.port, "--drop", "0.2", "--duplicate", "0.1", "--reorder", "0.2",
                   "--delay", "5", "--jitter", "5", "--seed", "20") as proxy:
            began = time.monotonic()
            # one in some hundred handshakes loses the same flight until the server's limit of 40 s:
            # that client gives up and tries again, as a user would have it
            with Client(f"127.0.0.1:{proxy.port}", "--count", "20", "--ping-interval", "0",
                        "--reconnect", "--give-up", "30") as client:
                wait_until(lambda: established(client) == 20, "20 connections", client, 150)
                print(f"# 20 clients at 20 % loss: {time.monotonic() - began:.1f} s")
                client.terminate()
            proxy.terminate()
            line = proxy.wait_for_match(r"clients 20 .* dropped (\d+)")
            check(int(line.group(1)) > 10, "datagrams were really lost")


def c2_refused_then_the_server_comes():
    port = free_port()
    with Client(f"127.0.0.1:{port}") as client:
        client.wait_for_sentence(UNREACHABLE)
        began = time.monotonic()
        wait_until(lambda: time.monotonic() - began > 3, "three seconds without a server", client)
        with Server(listen=f"127.0.0.1:{port}"):
            client.wait_for_message("ACK")
            check_equal(established(client), 1, "connections")
            check_equal(sum(UNREACHABLE in text for text in client.texts()), 1, "refusals said")


def c2_forged_unreachable_in_the_handshake():
    """Every hello is refused by somebody who cannot know better; the server is slow, not gone."""
    with Server() as server:
        with Proxy(server.port, "--delay", "300") as proxy:
            port = free_port()
            with Client(f"127.0.0.1:{proxy.port}", "--local-port", str(port), *PING) as client:
                client.wait_for_sentence("starting a handshake")
                for code in (3, 1, 0, 3):
                    forge_unreachable(("127.0.0.1", port), ("127.0.0.1", proxy.port), code)
                goes_on(client)
                check_equal(established(client), 1, "connections")


def c3_forged_unreachable_ends_nothing():
    with Server() as server:
        port = free_port()
        with Client(f"127.0.0.1:{server.port}", "--local-port", str(port), *PING) as client:
            goes_on(client)
            for code in (3, 1, 0):
                forge_unreachable(("127.0.0.1", port), ("127.0.0.1", server.port), code, 50)
            # only "port unreachable" is an error of a connected UDP socket
            client.wait_for_sentence(UNREACHABLE)
            goes_on(client, 10)
            check_equal(established(client), 1, "connections")
            check_equal(client.terminate(), 0, "exit code")
            check_equal(sum("error" in event["level"] for event in client.events()), 0, "errors")


def c3_forged_too_long_bounds_nothing_below_the_kernel():
    """"Fragmentation needed" may lower what fits into a datagram as far as the kernel believes it,
    552 bytes of IPv4, not step by step to nothing; and none of our own datagrams is lost by it."""
    with Server() as server:
        port = free_port()
        ends = ("127.0.0.1", port), ("127.0.0.1", server.port)
        with Client(f"127.0.0.1:{server.port}", "--local-port", str(port), *PING) as client:
            def limits():
                return [int(number) for text in client.texts()
                        for number in re.findall(r"at most (\d+) bytes fit", text)]

            goes_on(client)
            for mtu in (1400, 1228):
                forge_too_long(*ends, mtu)      # all that is sent fits into that
                goes_on(client)
            check_equal(limits(), [], "limits said")
            forge_too_long(*ends, 1000)
            wait_until(lambda: len(limits()) == 1, "the limit is said", client)
            check(900 <= limits()[0] <= 1000 - 28, f"as much as fits: {limits()[0]}")
            for _index in range(10):
                forge_too_long(*ends, 68)
                goes_on(client, 3)              # longer than the pause between two steps
            check_equal(len(limits()), 2, "steps down")
            check(450 <= limits()[1] <= 552 - 28, f"what the kernel believes: {limits()[1]}")
            check_equal(established(client), 1, "connections")
            pings = [int(re.search(r"accept our ping (\d+)", message["text"]).group(1))
                     for message in server.messages()]
            check_equal(pings, list(range(len(pings))), "pings that arrived")


def c3_traffic_resumes():
    """The network of an established session goes away and comes back."""
    add_address("10.9.0.1")
    try:
        with Server(listen="10.9.0.1:0") as server:
            with Client(f"10.9.0.1:{server.port}", *PING) as client:
                goes_on(client)
                remove_address()
                client.wait_for_sentence(UNREACHABLE)
                add_address("10.9.0.1")
                goes_on(client)
                check_equal(established(client), 1, "connections")
                check_equal(sum("encrypted" in text for text in server.texts()), 1,
                            "connections that the server saw")
    finally:
        remove_address()


def c8_server_restarted():
    """It lost its state: the client notices, and comes back by itself where it is to."""
    port = free_port()
    first = Server(listen=f"127.0.0.1:{port}")
    with Client(f"127.0.0.1:{port}", *PING) as stays:
        with Client(f"127.0.0.1:{port}", "--reconnect", *PING) as returns:
            goes_on(stays)
            goes_on(returns)
            first.kill()
            stays.wait_for_sentence(UNREACHABLE)
            returns.wait_for_sentence(UNREACHABLE)
            with Server(listen=f"127.0.0.1:{port}"):
                wait_until(lambda: established(returns) == 2, "the client comes back", returns)
                goes_on(returns)
                check_equal(established(stays), 1, "connections of the one that stays")
                check(stays.process.poll() is None, "it was not ended")


def c7_strangers_are_not_heard():
    with Server() as server:
        port = free_port()
        with Client(f"127.0.0.1:{server.port}", "--local-port", str(port), *PING) as client:
            goes_on(client)
            n_refused = 0
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.connect(("127.0.0.1", port))
                for junk in (b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28", b"", b"\x16",
                             hello(os.urandom(32))):
                    for _index in range(20):
                        try:
                            stranger.send(junk)
                        except ConnectionRefusedError:
                            n_refused += 1
            # the client's own kernel says that nobody listens there, to all but the server
            check(n_refused >= 30, f"a stranger was refused {n_refused} times")
            before = time.monotonic()
            goes_on(client)
            check(time.monotonic() - before < 5, "answers keep coming")
            check_equal(established(client), 1, "connections")


def forged_records():
    """All that needs no key: clear, broken, empty, of no epoch that is, of a type that is none."""
    big = b"\x17\xfe\xfd\x00\x01" + bytes(6) + b"\x3f\xff" + bytes(50)
    return (b"", b"\x17", big, b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28",
            b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x01\x00",
            b"\x14\xfe\xfd" + bytes(8) + b"\x00\x01\x01",
            b"\x17\xfe\xfd" + bytes(8) + b"\x00\x05hello",
            b"\x17\xfe\xfd\x00\x01\xff\xff\xff\xff\xff\xff\x00\x20" + os.urandom(32),
            b"\x16\xfe\xfd" + bytes(8) + b"\x00\x0c" + bytes(12), hello(os.urandom(32)))


def c5_s19_s25_forged_at_both_ends():
    """On the 5-tuple of a live session, before and between its records: none of them is lost."""
    with Server() as server:
        port = free_port()
        ends = ("127.0.0.1", port), ("127.0.0.1", server.port)
        with Client(f"127.0.0.1:{server.port}", "--local-port", str(port),
                    "--ping-interval", "0.02") as client:
            goes_on(client)
            for _round in range(5):
                before = answers(client)
                forge(*ends, *forged_records(), times=20)
                forge(*reversed(ends), *forged_records(), times=20)
                wait_until(lambda: answers(client) >= before + 10, "answers", client)
            check_equal(client.terminate(), 0, "exit code")
            check_equal(established(client), 1, "connections")
            numbers = [int(message["text"].split()[-1]) for message in server.messages()]
            check_equal(numbers, list(range(len(numbers))), "pings that arrived")
            check(len(numbers) - answers(client) <= 1, "answers to all but the last one")


def c9_exits_at_once_with_the_server_gone():
    worst = 0.0
    for _round in range(5):
        with Server() as server:
            with Client(f"127.0.0.1:{server.port}", *PING) as client:
                goes_on(client, 2)
                server.kill()
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as grave:
                    grave.bind(("127.0.0.1", server.port))
                    began = time.monotonic()
                    client.process.send_signal(signal.SIGTERM)
                    client.process.wait(10)
                    worst = max(worst, time.monotonic() - began)
                    grave.setblocking(False)
                    last = []
                    try:
                        while True:
                            last.append(grave.recv(65536))
                    except BlockingIOError:
                        pass
                goodbyes = [datagram for datagram in last if datagram[0] == 21]
                check_equal(len(goodbyes), 1, "close_notify")
    print(f"# exit with the server gone: {worst * 1000:.0f} ms at worst")
    check(worst < 2, f"exit took {worst:.2f} s")


def s28_peers_that_vanish():
    """Answers to them come back as ICMP; nobody else notices."""
    with Server() as server:
        with Client(f"127.0.0.1:{server.port}", *PING) as client:
            goes_on(client)
            strangers = [Stranger(server.port) for _index in range(50)]
            gone = []
            for stranger in strangers:
                check(stranger.begin(), "a cookie")
                gone.append(stranger.socket.getsockname())
                stranger.socket.close()         # the flight of the server meets nobody
            with Client(f"127.0.0.1:{server.port}", "--count", "5", *PING) as crowd:
                wait_until(lambda: established(crowd) == 5, "5 connections", crowd)
                crowd.process.send_signal(signal.SIGKILL)
                crowd.wait_exit()
            for address in gone:
                forge_unreachable(("127.0.0.1", server.port), address)
            before = time.monotonic()
            goes_on(client, 20)                 # over the repeats of those flights
            check(time.monotonic() - before < 10, "answers keep coming")
            check_equal(established(client), 1, "connections")
            with Client(f"127.0.0.1:{server.port}", "--message", "new") as new:
                check_equal(new.wait_exit(), 0, "exit code of a new client")


def s21_forged_hello_on_a_live_5_tuple():
    with Server() as server:
        port = free_port()
        with Client(f"127.0.0.1:{server.port}", "--local-port", str(port), *PING) as client:
            goes_on(client)
            for _index in range(20):
                forge(("127.0.0.1", port), ("127.0.0.1", server.port), hello(os.urandom(32)))
            goes_on(client, 10)
            check_equal(established(client), 1, "connections")
            check_equal(sum("encrypted" in text for text in server.texts()), 1,
                        "connections that the server saw")


def t44_answers_from_where_it_was_asked():
    with Server(listen="[::]:0") as server:
        for host in ("127.0.0.2", "127.3.2.1", "127.0.0.1", "[::1]"):
            with Client(f"{host}:{server.port}", "--message", "hello") as client:
                check_equal(client.wait_exit(), 0, f"exit code of a client of {host}")


def t47_two_servers_cannot_have_one_port():
    with Server() as server:
        for listen in ("127.0.0.1", "[::]", "0.0.0.0"):
            with Program(os.environ["DTLS_SERVER"], "--headless", "--listen",
                         f"{listen}:{server.port}") as second:
                check_equal(second.wait_exit(), 2, f"exit code of a second server on {listen}")
        with Client(f"127.0.0.1:{server.port}", "--message", "still there") as client:
            check_equal(client.wait_exit(), 0, "exit code of a client")


def t48_localhost_meets_127_0_0_1():
    with Server() as server:
        began = time.monotonic()
        with Client(f"localhost:{server.port}") as client:
            client.wait_for_sentence(ESTABLISHED)
            took = time.monotonic() - began
    print(f"# localhost, server on 127.0.0.1 alone: {took * 1000:.0f} ms with the program's start")
    check(took < 1, f"a connection took {took:.2f} s")


def answers_of(relay):
    """Of each client: the shapes of all that the server sent, and how many milliseconds after the
    client's datagram before it each of them came. A flight that was repeated counts once."""
    shapes, delays = [], []
    for seen in relay.seen.values():
        first = {}
        for i, (_when, who, datagram) in enumerate(seen):
            if who == "server":
                first.setdefault(shape(datagram), i)
        server = first.values()
        check(any(part[0] == 20 for _when, _who, datagram in seen for part in shape(datagram)),
              "a client that used its key")
        shapes.append(tuple(first))
        delays.append([(seen[i][0] - max(when for when, who, _datagram in seen[:i]
                                         if who == "client")) * 1000 for i in server])
    return shapes, delays


def try_in_vain(keys, identity, key_hex):
    wrong = key_file(identity, key_hex)
    try:
        with Server("--key-file", keys) as server, Relay(server.port) as relay:
            with Client(f"127.0.0.1:{relay.port}", "--identity", identity, "--key-file", wrong,
                        "--count", str(N_TRIES), "--give-up", "4", "--message", "x") as client:
                client.wait_exit(30)
                check_equal(established(client), 0, "connections")
            check_equal(len(relay.seen), N_TRIES, f"tries as {identity}")
            return answers_of(relay)
    finally:
        os.unlink(wrong)


def s16_wrong_key_and_unknown_identity_look_alike():
    keys = key_file("somebody")
    try:
        wrong_shapes, wrong_delays = try_in_vain(keys, "somebody", "00" * 16)
        unknown_shapes, unknown_delays = try_in_vain(keys, "somebodx", "00" * 16)
    finally:
        os.unlink(keys)
    wrong_set, unknown_set = set(wrong_shapes), set(unknown_shapes)
    check_equal(len(wrong_set), 1, "kinds of answers to a wrong key")
    check_equal(unknown_set, wrong_set, "what the server sends")
    check(all(part[0] != 21 for each in wrong_set for datagram in each for part in datagram),
          "no alert")
    for index in range(len(wrong_shapes[0])):
        wrong, unknown = (statistics.median(each[index] for each in delays)
                          for delays in (wrong_delays, unknown_delays))
        print(f"# answer {index + 1}: wrong key {wrong:.2f} ms, unknown identity {unknown:.2f} ms")
        check(abs(wrong - unknown) < 10, f"medians of answer {index + 1}: {wrong}, {unknown} ms")


if __name__ == "__main__":
    enter_namespace()
    run(s13_twenty_clients_at_20_percent, c2_refused_then_the_server_comes,
        c2_forged_unreachable_in_the_handshake, c3_forged_unreachable_ends_nothing,
        c3_traffic_resumes, c8_server_restarted, c7_strangers_are_not_heard,
        c5_s19_s25_forged_at_both_ends, c9_exits_at_once_with_the_server_gone,
        s28_peers_that_vanish, s21_forged_hello_on_a_live_5_tuple,
        s16_wrong_key_and_unknown_identity_look_alike, t44_answers_from_where_it_was_asked,
        t47_two_servers_cannot_have_one_port, t48_localhost_meets_127_0_0_1,
        c3_forged_too_long_bounds_nothing_below_the_kernel)      # the kernel keeps it for 10 min
