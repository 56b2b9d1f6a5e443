#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The two programs with each other, as a script uses them: addresses, exit codes, refusals."""
import json
import os
import re
import socket
import subprocess
import tempfile

from peers import (TIMEOUT_S, Client, Ours, Program, Server, check, check_equal, free_port,
                   key_file, run, wait_until)


def talk(listen, connect, text="hello"):
    """One message there, one answer back; returns the server (still running) and the answer."""
    server = Server(listen=listen)
    client = Client(connect.format(port=server.port), "--message", text)
    answer = client.wait_for_message(": ACK")
    check_equal(client.wait_exit(), 0, "exit code of the client")
    peer = server.wait_for_message(text)["peer"]
    check_equal(answer["text"], f"to ({peer}): ACK", "answer")
    return server, peer


def over_ipv4():
    server, peer = talk("127.0.0.1:0", "127.0.0.1:{port}")
    check(peer.startswith("127.0.0.1:"), peer)
    check_equal(server.terminate(), 0, "exit code of the server")


def over_ipv6():
    _server, peer = talk("[::1]:0", "[::1]:{port}")
    check(peer.startswith("[::1]:"), peer)


def localhost_meets_127_0_0_1():
    talk("127.0.0.1:0", "localhost:{port}")


def wildcard_answers_from_the_address_asked():
    """T44: bound to all addresses, a client of 127.0.0.2 hears from 127.0.0.2."""
    server = Server(listen="[::]:0")
    for host in ("127.0.0.2", "127.0.0.1", "[::1]"):
        client = Client(f"{host}:{server.port}", "--message", "to " + host)
        client.wait_for_message(": ACK")
        check_equal(client.wait_exit(), 0, f"exit code with {host}")
        peer = server.wait_for_message("to " + host)["peer"]
        check("ffff" not in peer, f"IPv4 peers are printed as IPv4: {peer}")


def text_output():
    """Without --json: time, level, text; the port is named; a message is one line."""
    server = Program(os.environ["DTLS_SERVER"], "--headless", "--listen", "127.0.0.1:0")
    port = server.wait_for_match(r"^\d\d:\d\d:\d\d\.\d{3} info .*port (\d+)$").group(1)
    client = Program(os.environ["DTLS_CLIENT"], "--headless", "--connect", f"127.0.0.1:{port}",
                     "--message", "hello")
    client.wait_for_match(r"^\d\d:\d\d:\d\d\.\d{3} message \S.* \d+ bytes: to \(127\.0\.0\.1:\d+\): ACK")
    check_equal(client.wait_exit(), 0, "exit code of the client")
    server.wait_for_match(r" message \(?127\.0\.0\.1:\d+\)? \d+ bytes: hello$")
    check_equal(server.terminate(), 0, "exit code of the server")


def json_lines():
    server, _peer = talk("127.0.0.1:0", "127.0.0.1:{port}")
    server.terminate()
    for event in server.events():
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", event["time"]), event["time"])
        check(event["level"] in ("info", "warning", "error", "message"), event["level"])
        check(isinstance(event["text"], str), "text")
    message = server.messages()[0]
    check(message["hex"].startswith("17 fe fd 00 01"), message["hex"])
    check_equal(bytes.fromhex(message["plaintext"]), b"hello", "plaintext")
    check_equal(message["identity"], "Alice (clone number 0)", "identity")


def two_messages_and_hex():
    server = Server("--reply", "echo")
    client = Client(f"127.0.0.1:{server.port}", "--message", "one", "--hex", "00 ff:0a", "--message",
                    "three")
    for wanted in (b"one", bytes.fromhex("00ff0a"), b"three"):
        client.wait_for_message(wanted)
    check_equal(client.wait_exit(), 0, "exit code of the client")
    server.wait_for_sentence("The DTLS connection has been shutdown")


def awkward_text_is_shown_legibly():
    """Markup, NUL, invalid UTF-8, control characters and 16 000 bytes, in JSON and in text."""
    awkward = b"<b>bold</b> &amp; \x00 nul \xff\xfe \x1b[31m \xe2\x80\xae end"
    unseemly = re.compile("[\x00-\x1f\u202e\ufffd]")
    for output in (["--json"], []):
        server = Program(os.environ["DTLS_SERVER"], "--headless", *output, "--listen", "127.0.0.1:0")
        port = server.wait_for_match(r"and port (\d+)").group(1)
        client = Client(f"127.0.0.1:{port}", "--mtu", "16384", "--hex", awkward.hex(),
                        "--message", "x" * 16000)
        shown = server.wait_for_text("<b>bold</b> &amp;")
        check(" end" in shown, shown)
        check(not unseemly.search(shown), f"control characters in {shown!r}")
        server.wait_for_text("x" * 16000)
        check_equal(client.wait_exit(), 0, "exit code of the client")
        server.terminate()


def client_before_server():
    """A client that was started first connects by itself when the server comes up."""
    port = free_port()
    client = Client(f"127.0.0.1:{port}", "--message", "early")
    client.wait_for_sentence("starting a handshake")
    Server(listen=f"127.0.0.1:{port}").wait_for_message("early")
    check_equal(client.wait_exit(), 0, "exit code of the client")


def empty_and_junk_datagrams():
    """One empty datagram and 20 000 of junk; the next client is served as if nothing was."""
    server = Server()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attacker:
        attacker.connect(("127.0.0.1", server.port))
        attacker.send(b"")
        for number in range(20000):
            attacker.send(number.to_bytes(4, "big") * (1 + number % 40))
    client = Client(f"127.0.0.1:{server.port}", "--message", "still there")
    client.wait_for_message(": ACK")
    check_equal(client.wait_exit(), 0, "exit code of the client")
    check(len(server.lines) < 200, f"{len(server.lines)} lines for junk")


def key_differs():
    right, wrong = key_file("device-7"), key_file("device-7", "00112233445566778899aabbccddeeff")
    try:
        server = Server("--key-file", right)
        client = Client(f"127.0.0.1:{server.port}", "--key-file", wrong, "--identity", "device-7",
                        "--message", "never", "--timeout", "3")
        sentence = server.wait_for_sentence("most likely its key differs from ours")
        check("device-7" in sentence["text"], sentence["text"])
        client.wait_for_sentence("most likely the key for identity \"device-7\" differs")
        check_equal(client.wait_exit(), 1, "exit code of the client")
        check("never" not in "\n".join(server.lines), "nothing of the message arrived")
    finally:
        os.unlink(right)
        os.unlink(wrong)


def unknown_identity_is_named():
    keys, other = key_file("known"), key_file("stranger")
    try:
        server = Server("--key-file", keys)
        client = Client(f"127.0.0.1:{server.port}", "--key-file", other, "--identity", "stranger",
                        "--message", "x", "--timeout", "2")
        sentence = server.wait_for_sentence("stranger")
        server.wait_for_sentence("has no key here")
        check_equal(client.wait_exit(), 1, "exit code of the client")
        check(sentence["level"] in ("info", "warning", "error"), sentence["level"])
    finally:
        os.unlink(keys)
        os.unlink(other)


def key_from_standard_input():
    server = Ours("DTLS_SERVER", "--listen", "127.0.0.1:0", "--shared-key-file", "-")
    server.write("00112233445566778899aabbccddeeff\n")
    server.process.stdin.close()
    port = server.wait_for_match(r"and port (\d+)").group(1)
    keys = key_file("me", "00112233445566778899aabbccddeeff")
    try:
        client = Client(f"127.0.0.1:{port}", "--key-file", keys, "--message", "hello")
        client.wait_for_message(": ACK")
        check_equal(client.wait_exit(), 0, "exit code of the client")
    finally:
        os.unlink(keys)


def three_clients_close_cleanly():
    server = Server()
    client = Client(f"127.0.0.1:{server.port}", "--count", "3")
    for number in range(3):
        client.wait_for_sentence(f"Alice (clone number {number}): encrypted connection established!")
        server.wait_for_message(f"I am Alice (clone number {number}), please, accept our ping 0")
    wait_until(lambda: len(client.messages()) >= 3, "three answers", client)
    check_equal(client.terminate(), 0, "exit code of the client")
    wait_until(lambda: sum("The DTLS connection has been shutdown" in text
                           for text in server.texts()) == 3, "three closings", server)


def refused(variable, *args, words=()):
    """The program ends with code 2 after one sentence on standard error that has the words."""
    program = Program(os.environ[variable], "--headless", *args, keep_errors_apart=True,
                      env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})
    program.process.stdin.close()
    check_equal(program.wait_exit(), 2, f"exit code of {' '.join(args)}")
    said = [line for line in program.errors if line.strip()]
    check_equal(len(said), 1, f"lines on standard error {said}")
    for word in words:
        check(word in said[0], f"{word!r} in {said[0]!r}")


def bad_options():
    refused("DTLS_SERVER", "--listen", "127.0.0.1:70000", words=["70000"])
    refused("DTLS_CLIENT", "--connect", "127.0.0.1:70000", words=["70000"])
    refused("DTLS_CLIENT", "--connect", ":22334")
    refused("DTLS_SERVER", "--no-such-option", words=["--no-such-option"])
    refused("DTLS_CLIENT", "--no-such-option", words=["--no-such-option"])
    refused("DTLS_SERVER", "--listen", "203.0.113.77:0", words=["203.0.113.77"])
    refused("DTLS_SERVER", "--profile", "NONSENSE")
    refused("DTLS_CLIENT", "--hex", "0g")


def unknown_name():
    refused("DTLS_CLIENT", "--connect", "no-such-host.invalid:22334", "--message", "x",
            words=["no-such-host.invalid"])


def address_in_use():
    server = Server()
    refused("DTLS_SERVER", "--listen", f"127.0.0.1:{server.port}",
            words=[str(server.port), "in use"])


def bad_key_files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "keys.psk")
        with open(path, "w", encoding="ascii") as keys:
            keys.write("good:00112233\nsecretline-without-key\n")
        os.chmod(path, 0o600)
        refused("DTLS_SERVER", "--key-file", path, words=["keys.psk", "2"])
        program = Program(os.environ["DTLS_SERVER"], "--headless", "--key-file", path)
        program.wait_exit()
        check("secretline" not in "\n".join(program.lines), "a malformed line is never shown")
        os.chmod(path, 0o644)
        refused("DTLS_SERVER", "--key-file", path, words=["chmod"])
        refused("DTLS_CLIENT", "--key-file", os.path.join(folder, "missing"), words=["missing"])


def closed_pipe_ends_the_program():
    """As in "dtls-server --headless | head -n 1": it ends by itself with its next line."""
    reader, writer = os.pipe()
    server = subprocess.Popen([os.environ["DTLS_SERVER"], "--headless", "--listen", "127.0.0.1:0"],
                              stdout=writer, stdin=subprocess.DEVNULL)
    os.close(writer)
    try:
        said = b""
        while not re.search(rb"and port \d+\n", said):
            more = os.read(reader, 4096)
            check(more, f"the server ended after {said!r}")
            said += more
        os.close(reader)
        port = re.search(rb"and port (\d+)", said).group(1).decode()
        Client(f"127.0.0.1:{port}", "--message", "anyone?", "--timeout", "3").wait_exit()
        server.wait(TIMEOUT_S)
        check(server.returncode >= 0, f"ended by signal {-server.returncode}")
    finally:
        server.kill()
        server.wait()


def refused_by_nobody():
    """Nothing listens: code 1 when the time is up, and the refusal is named."""
    client = Client(f"127.0.0.1:{free_port()}", "--message", "x", "--timeout", "2", "--give-up", "2")
    check_equal(client.wait_exit(), 1, "exit code of the client")
    check(all(json.loads(line) for line in client.lines), "JSON to the end")


run(over_ipv4, over_ipv6, localhost_meets_127_0_0_1, wildcard_answers_from_the_address_asked,
    text_output, json_lines, two_messages_and_hex, awkward_text_is_shown_legibly,
    client_before_server, empty_and_junk_datagrams, key_differs, unknown_identity_is_named,
    key_from_standard_input, three_clients_close_cleanly, bad_options, unknown_name,
    address_in_use, bad_key_files, closed_pipe_ends_the_program, refused_by_nobody)
