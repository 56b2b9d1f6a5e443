#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Each row of the wording table, provoked by other programs, raw sockets or the network, in both
programs without a window: the same sentence, once, in text and in JSON.

In a network namespace of its own, which has loopback and no route anywhere."""
import os
import re
import socket
import threading

from hostile import add_address, enter_namespace, remove_address
from peers import (KEY_HEX, Client, Failure, Ours, Program, Server, check, check_equal, free_port,
                   key_file, run, wait_until)
from raw_dtls import Stranger

OTHER_KEY = "00112233445566778899aabbccddeeff"
CLIENT_PORT = 41022
PEER = f"(127.0.0.1:{CLIENT_PORT})"
ALICE = "Alice (clone number 0)"
STAMP = r"\d\d:\d\d:\d\d\.\d{3} "
FATAL_INTERNAL_ERROR = bytes.fromhex("15fefd0000000000000009 0002 02 50".replace(" ", ""))
OUTPUTS = {"json": ["--json"], "text": []}


# --- reading what is said, in either form ---

class Said:
    """One of our programs and the form in which it speaks."""

    def __init__(self, variable, output, *args, wrapper=()):
        command = list(wrapper) + [os.environ[variable], "--headless", *OUTPUTS[output], *args]
        self.json = output == "json"
        self.program = Ours.__new__(Ours)
        Program.__init__(self.program, *command, name=f"{variable} {output}",
                         keep_errors_apart=True, env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})

    def rows(self):
        """(level, text, note) of each row; a note in text form is the row after its own."""
        if self.json:
            return [(event["level"], event["text"], event.get("note"))
                    for event in self.program.events()]
        found = [re.match(STAMP + r"(\w+) (.*)$", line) for line in list(self.program.lines)]
        rows = [match.groups() for match in found if match]
        return [(level, text, after[1]) for (level, text), after
                in zip(rows, rows[1:] + [("", None)])]

    def find(self, level, pattern, note):
        return [row for row in self.rows()
                if row[0] == level and re.fullmatch(pattern, row[1])
                and (note is None or (row[2] is not None and re.fullmatch(note, row[2])))]

    def expect(self, level, text, note=None, times=1):
        """The row, and that it is there so often."""
        pattern, note = as_pattern(text), as_pattern(note) if note else None
        wait_until(lambda: len(self.find(level, pattern, note)) >= times,
                   f"{level} {text!r}, note {note!r}",
                   None if self.program.process.poll() is not None else self.program)
        check_equal(len(self.find(level, pattern, note)), times, f"how often {text!r} is said")

    def port(self):
        return int(self.program.wait_for_match(r"and port (\d+)").group(1))


def as_pattern(text):
    """A sentence as an expression: {...} in it is one already."""
    return "".join(part[1:-1] if part.startswith("{") else re.escape(part)
                   for part in re.split(r"(\{[^}]*\})", text))


def server(output, *args, listen="127.0.0.1:0"):
    said = Said("DTLS_SERVER", output, "--listen", listen, *args)
    return said, said.port()


def client(output, port, *args, host="127.0.0.1"):
    return Said("DTLS_CLIENT", output, "--connect", f"{host}:{port}", *args)


def openssl_client(port, *args, psk=KEY_HEX, identity="alice", version="-dtls1_2"):
    return Program("openssl", "s_client", version, "-psk", psk, "-psk_identity", identity,
                   "-cipher", "PSK:@SECLEVEL=0", "-bind", f"127.0.0.1:{CLIENT_PORT}",
                   "-connect", f"127.0.0.1:{port}", *args)


def openssl_server(*args, version="-dtls1_2", cipher="PSK:@SECLEVEL=0"):
    program = Program("openssl", "s_server", version, "-psk", KEY_HEX, "-nocert", "-cipher", cipher,
                      *args, "-accept", "127.0.0.1:0")
    return program, int(program.wait_for_match(r"^ACCEPT .*:(\d+)$").group(1))


class Talker:
    """A UDP socket that answers everything with the same bytes; None: silence."""

    def __init__(self, answer, port=0):
        self.answer = answer
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        self.socket.close()

    def _serve(self):
        try:
            while True:
                _bytes, peer = self.socket.recvfrom(65536)
                if self.answer is not None:
                    self.socket.sendto(self.answer, peer)
        except OSError:
            pass


# --- the server's rows ---

def server_key_differs(output):
    keys = key_file("alice", OTHER_KEY)
    said, port = server(output, "--key-file", keys)
    openssl_client(port)
    said.expect("error", f'Cannot decrypt what {PEER} sends as "alice": most likely its key '
                         "differs from ours.")
    os.unlink(keys)


def server_retransmission(output):
    said, port = server(output)
    with Stranger(port, source_port=CLIENT_PORT) as stranger:
        check(stranger.begin(), "a cookie")
        again = f"{PEER}: no answer, sending flight 4 again"
        said.expect("warning", f"{again} (1 of 6, next in 800 ms)")
        said.expect("warning", f"{again} (2 of 6, next in 2 s)")


def server_unknown_identity(output):
    keys = key_file("bob")
    said, port = server(output, "--key-file", keys, "--tell-why")
    other = openssl_client(port, identity="device-7")
    said.expect("error", f'{PEER} offers identity "device-7", which has no key here.')
    said.expect("error", f"{PEER}: Error during SSL handshake: unknown PSK identity",
                f"This program ended the connection with {PEER}: unknown PSK identity (alert 115).")
    other.wait_for_text("alert unknown psk identity")
    os.unlink(keys)


def server_no_common_suite(output):
    said, port = server(output, "--profile", "constrained")
    other = openssl_client(port, "-cipher", "PSK-AES128-GCM-SHA256:@SECLEVEL=0")
    said.expect("error", f"{PEER} and this server share no cipher suite. It offered: "
                         "PSK-AES128-GCM-SHA256. Allowed here: PSK-AES128-CCM8.")
    said.expect("error", f"{PEER}: Error during SSL handshake: No supported cipher suites have "
                         "been found.",
                f"This program ended the connection with {PEER}: handshake failure (alert 40).")
    other.wait_for_text("alert handshake failure")


def server_version(output):
    said, port = server(output)
    other = openssl_client(port, version="-dtls1")
    said.expect("error", f"{PEER} wants DTLS 1.0; this program speaks DTLS 1.2.")
    said.expect("error", f"{PEER}: Error during SSL handshake: {{.*version.*}}",
                f"This program ended the connection with {PEER}: protocol version (alert 70).")
    other.wait_for_text("alert protocol version")


def server_not_dtls(output):
    said, port = server(output)
    with Stranger(port) as stranger:
        for _index in range(50):
            stranger.send(b"GET / HTTP/1.0\r\n\r\n")
    total = ("{([0-9]+)} {datagrams? from (an )?unknown peers?} {(was|were)} not DTLS and got no "
             "answer")
    wait_until(lambda: sum(int(re.match(r"\d+", row[1]).group()) for row
                           in said.find("warning", as_pattern(total), None)) == 50, "fifty counted",
               said.program)
    check(len(said.find("warning", as_pattern(total), None)) <= 3, "rows about junk")


def server_started_over(output):
    said, port = server(output)
    first = openssl_client(port)
    first.wait_for_text("Cipher is ")
    first.kill()
    second = openssl_client(port)
    said.expect("warning", f"{PEER}: 0 byte dgram, could be a re-connect attempt?",
                f"{PEER} started over (its earlier connection is kept until the new one is "
                "proven).")
    said.expect("info", f"{PEER}: the new connection is proven, the earlier one has ended")
    second.wait_for_text("Cipher is ")


def server_peer_closed(output):
    said, port = server(output)
    other = openssl_client(port)
    other.wait_for_text("Cipher is ")
    other.write("Q\n")
    said.expect("info", f"{PEER}: The DTLS connection has been shutdown",
                f"{PEER} closed the connection (close notify).")


def server_peer_alert(output):
    said, port = server(output)
    with Stranger(port, source_port=CLIENT_PORT) as stranger:
        check(stranger.begin(), "a cookie")
        said.expect("info", f"{PEER}: verified, starting a handshake")
        stranger.send(FATAL_INTERNAL_ERROR)
        said.expect("error", f"{PEER}: Error during SSL handshake: internal error",
                    f"{PEER} ended the connection: internal error (alert 80).")


def server_idle(output):
    said, port = server(output, "--idle-timeout", "1")
    openssl_client(port).wait_for_text("Cipher is ")
    said.expect("info", f"{PEER} was silent for 1 s; connection closed.")


def server_age(output):
    said, port = server(output, "--handshake-age", "1")
    with Stranger(port, source_port=CLIENT_PORT) as stranger:
        check(stranger.begin(), "a cookie")
        said.expect("warning",
                    f"{PEER}: no answer, sending flight 4 again (1 of 1, next in 800 ms)")
        said.expect("warning", f"{PEER} did not finish its handshake within 1 s; dropped.")


def server_evicted(output):
    said, port = server(output, "--max-handshakes", "1")
    with Stranger(port, source_port=CLIENT_PORT) as first, Stranger(port) as second:
        check(first.begin(), "a cookie")
        said.expect("info", f"{PEER}: verified, starting a handshake")
        check(second.begin(), "a cookie")
        said.expect("warning", f"{PEER} was dropped to make room: the limit is reached.")


def gone_and_back(said, port):
    remove_address()
    said.expect("warning", "This computer has no address 198.51.100.7 now. The server keeps "
                           "listening and answers again when it is back.")
    add_address("198.51.100.7")
    said.expect("info", f"Server is listening on address 198.51.100.7 and port {port}", times=2)
    again = Client(f"198.51.100.7:{port}", "--message", "there again")
    check_equal(again.wait_exit(), 0, "exit code of a client after that")


def server_address_gone(output):
    """The listener stays, and answers again as soon as the address is back."""
    add_address("198.51.100.7")
    try:
        said, port = server(output, listen="198.51.100.7:0")
        gone_and_back(said, port)
    finally:
        remove_address()


# --- the client's rows ---

def client_refused(output):
    port = free_port()
    said = client(output, port, "--give-up", "2", "--message", "x")
    said.expect("warning", f"{ALICE}: spurious read notification?",
                f"127.0.0.1 refused UDP port {port}: nothing is listening there.")
    said.expect("error", f"{ALICE}: gave up. 127.0.0.1 refused UDP port {port}: nothing is "
                         "listening there.")
    check_equal(said.program.wait_exit(), 1, "exit code")


def client_no_answer(output):
    with Talker(None) as silent:
        said = client(output, silent.port, "--give-up", "2", "--first-timeout", "250",
                      "--message", "x")
        said.expect("error", f"{ALICE}: gave up. No answer from (127.0.0.1:{silent.port}) after 4 "
                             "tries (2 s). Is the server listening? Does a firewall drop UDP?")
        for number, wait in enumerate(("500 ms", "1 s", "2 s"), 1):
            said.expect("warning", f"{ALICE}: handshake timeout, trying to re-transmit",
                        f"No answer, sending flight 1 again ({number} of 3, next in {wait}).")


def client_refused_then_silent(output):
    """What it met last is what counts."""
    port = free_port()
    said = client(output, port, "--give-up", "5", "--first-timeout", "300", "--message", "x")
    said.expect("warning", f"{ALICE}: spurious read notification?",
                f"127.0.0.1 refused UDP port {port}: nothing is listening there.")
    with Talker(None, port):
        said.expect("error", f"{ALICE}: gave up. No answer from (127.0.0.1:{port}) after "
                             "{[0-9]+} tries (5 s). Is the server listening? Does a firewall drop "
                             "UDP?")


def client_no_route(output):
    said = client(output, 5000, "--give-up", "2", "--message", "x", host="192.0.2.1")
    said.expect("error", f"{ALICE}: failed to start a handshake - No route to 192.0.2.1: is the "
                         "network up?")
    said.expect("error", f"{ALICE}: gave up after 2 s. No route to 192.0.2.1: is the network up?")


def client_key_differs(output):
    """GnuTLS's server stays silent; ours is in test_pair."""
    keys, port = key_file("device-7", OTHER_KEY), free_port()
    other = Program("gnutls-serv", "--udp", "-p", str(port), "--pskpasswd", keys, "--priority",
                    "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK")
    wait_until(lambda: "done" in "".join(other.lines), "a server", other)
    said = client(output, port, "--identity", "device-7", "--give-up", "9", "--first-timeout",
                  "100", "--message", "x")
    said.expect("error", f"{ALICE}: the server stopped answering once keys were used: most likely "
                         'the key for identity "device-7" differs.')
    said.expect("warning", f"{ALICE}: handshake timeout, trying to re-transmit",
                "No answer, sending flight 5 again (1 of {[0-9]+}, next in 200 ms).")
    check_equal(said.program.process.poll(), None, "it is known before the client gives up")
    said.program.kill()
    other.kill()
    os.unlink(keys)


def client_unknown_identity(output):
    keys = key_file("bob")
    other = Server("--key-file", keys, "--tell-why")
    said = client(output, other.port, "--identity", "device-7", "--message", "x")
    said.expect("error", f'{ALICE}: the server does not know identity "device-7".')
    said.expect("error", f"{ALICE}: handshake error - unknown PSK identity",
                f"(127.0.0.1:{other.port}) ended the connection: unknown PSK identity (alert 115).")
    os.unlink(keys)


def client_no_common_suite(output):
    _other, port = openssl_server(cipher="PSK-AES128-GCM-SHA256:@SECLEVEL=0")
    said = client(output, port, "--profile", "constrained", "--message", "x")
    said.expect("error", f"{ALICE}: the server found no cipher suite in common. Try the profile "
                         '"Compatible (IoT)".')
    said.expect("error", f"{ALICE}: handshake error - handshake failure",
                f"(127.0.0.1:{port}) ended the connection: handshake failure (alert 40).")


def client_version(output):
    other, port = openssl_server(version="-dtls1")
    said = client(output, port, "--message", "x")
    said.expect("error", f"{ALICE}: (127.0.0.1:{port}) wants DTLS 1.0; this program speaks DTLS "
                         "1.2.")
    said.expect("error", f"{ALICE}: handshake error - {{.*version.*}}",
                f"This program ended the connection with (127.0.0.1:{port}): protocol version "
                "(alert 70).")
    other.wait_for_text("alert protocol version")


def client_not_dtls(output):
    with Talker(b"HTTP/1.1 400 Bad Request\r\n") as other:
        said = client(output, other.port, "--give-up", "3", "--message", "x")
        said.expect("error", f"{ALICE}: (127.0.0.1:{other.port}) sent 26 bytes that are not DTLS "
                             "(first bytes 48 54 54 50 2f 31 2e 31).")
        said.expect("error", f"{ALICE}: gave up after 3 s. (127.0.0.1:{other.port}) answers, but "
                             "not with DTLS.")
        said.expect("error", f"{ALICE}: (127.0.0.1:{other.port}) sent {{.*}}")


def client_peer_closed(output):
    """openssl's server closes its socket before it says goodbye; ours does it in turn."""
    other = Server()
    said = client(output, other.port, "--ping-interval", "100")
    other.wait_for_message("please, accept our ping 0")
    other.terminate()
    said.expect("info", f"{ALICE}: shutdown alert received",
                f"(127.0.0.1:{other.port}) closed the connection (close notify).")


def client_peer_alert(output):
    with Talker(FATAL_INTERNAL_ERROR) as other:
        said = client(output, other.port, "--message", "x")
        said.expect("error", f"{ALICE}: handshake error - internal error",
                    f"(127.0.0.1:{other.port}) ended the connection: internal error (alert 80).")


def client_limit(output):
    """Each connection that gets no socket says so once."""
    with Talker(None) as silent:
        said = Said("DTLS_CLIENT", output, "--connect", f"127.0.0.1:{silent.port}", "--count", "40",
                    "--give-up", "2", "--message", "x", wrapper=["prlimit", "--nofile=30:30"])
        last = "Alice (clone number 39)"
        said.expect("error", f"{last}: failed to start a handshake - Too many open connections for "
                             "this process (limit 30).")
        said.expect("error", f"{last}: gave up after 2 s. Not one datagram could be sent to "
                             f"(127.0.0.1:{silent.port}).")


# --- found before the first datagram: one sentence on standard error, exit code 2 ---

def refusal(variable, sentence, *args, wrapper=()):
    said = Said(variable, "text", *args, wrapper=wrapper)
    said.program.process.stdin.close()
    check_equal(said.program.wait_exit(), 2, f"exit code of {args}")
    errors = [line for line in said.program.errors if line.strip()]
    check_equal(len(errors), 1, f"lines on standard error: {errors}")
    check(re.search(as_pattern(sentence), errors[0]), f"{sentence!r} is not in {errors[0]!r}")


def server_cannot_listen():
    busy = Server()
    refusal("DTLS_SERVER", f"Cannot listen on 127.0.0.1 port {busy.port}: already in use. Choose "
                           "another port, or 0 for any.", "--listen", f"127.0.0.1:{busy.port}")
    refusal("DTLS_SERVER", "This computer has no address 192.0.2.9 now.", "--listen", "192.0.2.9:0")
    refusal("DTLS_SERVER", "Port 443 needs administrator rights. Choose 1024 or above.",
            "--listen", "127.0.0.1:443",
            wrapper=["setpriv", "--bounding-set=-all", "--inh-caps=-all"])


def client_cannot_start():
    busy = Server()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        local = taken.getsockname()[1]
        refusal("DTLS_CLIENT", f"Cannot use 0.0.0.0 port {local} as local port: already in use. "
                               "Choose another port, or 0 for any.",
                "--connect", f"127.0.0.1:{busy.port}", "--local-port", str(local))
    refusal("DTLS_CLIENT", "No address found for {.}no-such-host.invalid{.}. Check the name, or "
                           "type the address.", "--connect", "no-such-host.invalid:22334")


def in_both_forms(case):
    def both():
        for output in OUTPUTS:
            try:
                case(output)
            except Failure as failure:
                raise Failure(f"{output}: {failure}") from None
    both.__name__ = case.__name__
    return both


if __name__ == "__main__":
    enter_namespace()
    ROWS = [server_key_differs, server_retransmission, server_unknown_identity,
            server_no_common_suite, server_version, server_not_dtls, server_started_over,
            server_peer_closed, server_peer_alert, server_idle, server_age, server_evicted,
            server_address_gone, client_refused, client_no_answer, client_refused_then_silent,
            client_no_route, client_key_differs, client_unknown_identity, client_no_common_suite,
            client_version, client_not_dtls, client_peer_closed, client_peer_alert, client_limit]
    run(*map(in_both_forms, ROWS), server_cannot_listen, client_cannot_start,
        needs=["openssl", "gnutls-serv", "prlimit", "setpriv"])
