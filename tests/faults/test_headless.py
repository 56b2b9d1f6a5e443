# SPDX-License-Identifier: MIT
"""The two programs in a terminal: ports, answers, exit codes, signals, pipes.

No display, no session bus. The programs come from DTLS_SERVER and DTLS_CLIENT.
"""
import base64
import json
import os
import re
import signal
import socket
import subprocess
import tempfile

from peers import (Client, Failure, Program, Server, TIMEOUT_S, check, check_equal, free_port, run,
                   wait_until)

NO_DESKTOP = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": ""}


def start(variable, *args):
    return Program(os.environ[variable], "--headless", *args, env=NO_DESKTOP,
                   keep_errors_apart=True)


def end(variable, *args, stdin=b"", stdout=subprocess.PIPE, cwd=None):
    """Runs a program to its end: exit code, standard output, standard error."""
    done = subprocess.run([os.environ[variable], "--headless", *args], input=stdin, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=TIMEOUT_S, check=False, cwd=cwd,
                          env=dict(os.environ, **NO_DESKTOP))
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def write_keys(directory, name, text, mode=0o600):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as keys:
        keys.write(text)
    os.chmod(path, mode)
    return path


def refused(variable, *args, wanted="", stdin=b"", cwd=None):
    """Exit code 2 and one sentence that says wanted."""
    code, _output, errors = end(variable, *args, stdin=stdin, cwd=cwd)
    check_equal(code, 2, f"exit code of {args}: {errors}")
    check_equal(len(errors.strip().splitlines()), 1, f"lines of {errors!r}")
    check(wanted in errors, f"{wanted!r} is not in {errors!r}")


def exchange(listen, connect):
    server = Server(listen=listen)
    code, output, errors = end("DTLS_CLIENT", "--connect", connect.format(server.port),
                               "--message", "hello")
    check_equal(code, 0, f"exit code, {output}{errors}")
    found = re.search(r"message \(\S+\) \d+ bytes: to \((.*)\): ACK$", output, re.M)
    check(found, f"no answer in {output}")
    event = server.wait_for_message("hello")
    check_equal(event["peer"], found.group(1), "the address answered to")
    check_equal(event["text"], "hello", "the message's text")
    check_equal(bytes.fromhex(event["plaintext"]), b"hello", "its bytes")
    check(event["hex"].startswith("17 fe fd 00 01 "), "the record's header in " + event["hex"])
    check_equal(server.terminate(), 0, "exit code of the server")


def names_its_port_and_answers_over_ipv4():
    exchange("127.0.0.1:0", "127.0.0.1:{}")


def answers_over_ipv6():
    exchange("[::1]:0", "[::1]:{}")


def answers_over_a_name():
    exchange("127.0.0.1:0", "localhost:{}")


def answers_on_all_addresses():
    exchange("[::]:0", "127.0.0.2:{}")


def first_lines_name_the_port_and_the_demonstration_key():
    server = start("DTLS_SERVER", "--listen", "127.0.0.1:0")
    server.wait_for_text("warning Demonstration key: anyone knows it")
    check(re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} info Server is listening on address 127\.0\.0\.1 "
                       r"and port [1-9]\d*", server.lines[0]), f"first line {server.lines[0]}")
    check("\x1b" not in "".join(server.lines), "colours in a pipe")


def messages_keep_their_order():
    server = Server()
    code, output, errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}", "--json",
                               "--message", "one", "--hex", "00 0a ff", "--message", "three")
    check_equal(code, 0, f"exit code, {errors}")
    answers = [line for line in map(json.loads, output.splitlines()) if line["level"] == "message"]
    check_equal(len(answers), 3, "answers")
    server.wait_for_message("three")
    check_equal([event["plaintext"] for event in server.messages()],
                ["6f 6e 65", "00 0a ff", "74 68 72 65 65"], "what the server got")
    check("ping" not in output, "a ping was sent")
    server.wait_for_sentence("The DTLS connection has been shutdown")


def several_connections_are_numbered():
    server = Server()
    code, output, _errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}", "--count",
                                "3", "--json", "--message", "x")
    check_equal(code, 0, "exit code")
    names = {line.get("identity") for line in map(json.loads, output.splitlines())} - {None}
    check_equal(names, {f"Alice (clone number {i})" for i in range(3)}, "identities")


def pings_until_interrupted():
    server = Server()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        client = Client(f"127.0.0.1:{server.port}", "--ping-interval", "0.05")
        wait_until(lambda: len(client.messages()) >= 3, "three answers", client)
        client.process.send_signal(number)
        check_equal(client.wait_exit(), 0, f"exit code after signal {number}")
        check("connection shut down from this side" in client.texts()[-1], "its last words")
    wait_until(lambda: sum("has been shutdown" in text for text in server.texts()) == 3,
               "three goodbyes", server)


def server_says_goodbye():
    server = Server()
    client = Client(f"127.0.0.1:{server.port}")
    client.wait_for_message("ACK")
    check_equal(server.terminate(), 0, "exit code of the server")
    client.wait_for_sentence("shutdown alert received")
    check_equal(client.wait_exit(), 0, "exit code of the client: it was encrypted")


def wrong_key_is_said_on_both_sides():
    with tempfile.TemporaryDirectory() as directory:
        wrong = write_keys(directory, "wrong", "00112233445566778899aabbccddeeff\n")
        server = Server()
        code, output, _errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}",
                                    "--shared-key-file", wrong, "--message", "x", "--timeout", "1")
        check_equal(code, 1, "exit code")
        check("most likely the key" in output, f"no diagnosis in {output}")
        server.wait_for_sentence("most likely its key differs from ours")


def missing_answer_is_a_failure():
    server = Server("--reply", "none")
    code, output, _errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}",
                                "--message", "x", "--timeout", "0.3")
    check_equal(code, 1, "exit code")
    check("no answer to message 1" in output, output)


def nobody_there_is_a_failure():
    port = free_port()
    code, output, _errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{port}", "--message", "x",
                                "--timeout", "1")
    check_equal(code, 1, "exit code")
    check(f"refused UDP port {port}: nothing is listening there" in output, output)


def client_waits_for_its_server():
    port = free_port()
    client = start("DTLS_CLIENT", "--connect", f"127.0.0.1:{port}", "--message", "early",
                   "--timeout", "20")
    client.wait_for_text("refused UDP port")
    server = Server(listen=f"127.0.0.1:{port}")
    server.wait_for_message("early")
    check_equal(client.wait_exit(), 0, "exit code")


def bad_options_are_refused():
    for args, wanted in (
            (("--listen", "127.0.0.1:70000"), "70000"),
            (("--listen", ":1"), "--listen"),
            (("--listen", "203.0.113.9:0"), "no address 203.0.113.9"),
            (("--nonsense",), "--nonsense"),
            (("--mtu", "1"), "--mtu"),
            (("--key-file", "no-such-file"), "no-such-file")):
        refused("DTLS_SERVER", *args, wanted=wanted)
    for args, wanted in (
            (("--connect", "127.0.0.1:70000"), "70000"),
            (("--connect", "127.0.0.1:0"), "port 0"),
            (("--connect", ":22334"), "--connect"),
            (("--connect", "no-such-name.invalid"), "no-such-name.invalid"),
            (("--hex", "abc"), "--hex"),
            (("--count", "x"), "--count")):
        refused("DTLS_CLIENT", *args, wanted=wanted)


def busy_ports_are_refused():
    server = Server()
    refused("DTLS_SERVER", "--listen", f"127.0.0.1:{server.port}", wanted="already in use")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        refused("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}", "--local-port",
                str(taken.getsockname()[1]), wanted="in use")


def key_files_are_checked():
    with tempfile.TemporaryDirectory() as directory:
        write_keys(directory, "bad", "good:0102\nsecret words\n")
        refused("DTLS_SERVER", "--key-file", "bad", wanted="line 2", cwd=directory)
        code, _output, errors = end("DTLS_SERVER", "--key-file", "bad", cwd=directory)
        check(code == 2 and "secret" not in errors, f"content in {errors!r}")
        write_keys(directory, "open", "good:0102\n", 0o644)
        refused("DTLS_SERVER", "--key-file", "open", wanted="chmod 600", cwd=directory)
        refused("DTLS_CLIENT", "--key-file", "-", stdin=b"a:01\nb:02\n", wanted="Alice")


def keys_come_through_standard_input():
    with tempfile.TemporaryDirectory() as directory:
        server = Server("--key-file", write_keys(directory, "keys", "dev-7:00112233445566778899\n"))
        code, output, errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}",
                                   "--key-file", "-", "--message", "x",
                                   stdin=b"dev-7:00112233445566778899\n")
        check_equal(code, 0, f"exit code, {output}{errors}")
        server.wait_for_sentence("identity: 'dev-7'")


def hangup_reads_the_keys_again():
    with tempfile.TemporaryDirectory() as directory:
        path = write_keys(directory, "keys", "old:01020304050607080910111213141516\n")
        server = Server("--key-file", path)

        def connects(identity, key):
            code, _output, _errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}",
                                         "--identity", identity, "--shared-key-file", "-",
                                         "--message", "x", "--timeout", "1", stdin=key.encode())
            return code == 0

        check(connects("old", "01020304050607080910111213141516"), "the old key works")
        write_keys(directory, "keys", "new:a1a2a3a4a5a6a7a8a9b0b1b2b3b4b5b6\n")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_sentence("was read again")
        check(connects("new", "a1a2a3a4a5a6a7a8a9b0b1b2b3b4b5b6"), "the new key works")
        write_keys(directory, "keys", "third:a1a2a3a4a5a6a7a8a9b0b1b2b3b4b5b6\nbad\n")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_sentence("The keys in use stay.")
        check(connects("new", "a1a2a3a4a5a6a7a8a9b0b1b2b3b4b5b6"), "the new key still works")


def assert_untold(told, keys):
    """No key, in whole or in half, in any spelling."""
    squeezed = re.sub(r"[\s:,-]|0x|\\\\x", "", told).lower()
    for key in keys:
        for part in (key, key[:16], key[-16:]):
            check(part not in squeezed, f"a key in hex: {part}")
        for text in (base64.b64encode(bytes.fromhex(key)).decode().rstrip("="),
                     bytes.fromhex(key).decode("latin-1")):
            check(text not in told, f"a key: {text!r}")


def p3_keys_are_told_nowhere():
    """Right, wrong, read again, refused; with all that GLib can be made to say."""
    keys = ("c0ffee5eed1234567890abcdefc0ffee", "fade5eed1234567890abcdefdecade00",
            "deadbeef1234567890abcdefbadcafe0")
    os.environ["G_MESSAGES_DEBUG"] = "all"
    try:
        with tempfile.TemporaryDirectory() as directory:
            path = write_keys(directory, "keys", f"alice:{keys[0]}\n")
            wrong = write_keys(directory, "wrong", f"alice:{keys[1]}\n")
            server = Server("--key-file", path)
            address = f"127.0.0.1:{server.port}"
            client = Client(address, "--identity", "alice", "--key-file", path)
            other = Client(address, "--identity", "alice", "--key-file", wrong, "--give-up", "2")
            told = ""
            for program in (client, other, server):         # what any user of this computer sees
                with open(f"/proc/{program.process.pid}/cmdline", "rb") as file:
                    told += file.read().decode("utf-8", "replace")
            check(told.count("--key-file") == 3, f"command lines: {told}")
            client.wait_for_message("ACK")
            server.wait_for_sentence("most likely its key differs")
            other.wait_for_sentence("once keys were used")
            write_keys(directory, "keys", f"alice:{keys[1]}\nbob:{keys[2]}zz\n")
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_sentence("The keys in use stay.")
            write_keys(directory, "keys", f"alice:{keys[2]}\n")
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_sentence("was read again")
            for program in (client, other, server):
                program.terminate()
                told += "\n".join(program.lines + program.errors)
            assert_untold(told, keys)
            code, _output, errors = end("DTLS_CLIENT", "--connect", address, "--key", keys[0])
            check_equal(code, 2, "exit code of a key as an argument")
            check(keys[0] not in errors, errors)
            write_keys(directory, "keys", f"alice:{keys[0]}zz\n")
            code, _output, errors = end("DTLS_SERVER", "--key-file", path)
            check_equal(code, 2, "exit code of a malformed key file")
            check(keys[0][:8] not in errors, errors)
    finally:
        del os.environ["G_MESSAGES_DEBUG"]


def closed_pipe_ends_cleanly():
    server = subprocess.Popen([os.environ["DTLS_SERVER"], "--headless", "--listen", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(os.environ, **NO_DESKTOP))
    try:
        check(b"listening" in server.stdout.readline(), "no first line")
        server.stdout.close()
        check_equal(server.wait(TIMEOUT_S), 0, "exit code")
        check_equal(server.stderr.read(), b"", "standard error")
    finally:
        server.kill()
        server.wait()
        server.stderr.close()


def stalled_pipe_stops_nobody():
    """Nobody reads the server's output; it answers all the same, and ends when it is told to."""
    server = subprocess.Popen([os.environ["DTLS_SERVER"], "--headless", "--json", "--listen",
                               "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(os.environ, **NO_DESKTOP))
    try:
        port = int(re.search(rb"port (\d+)", server.stdout.readline()).group(1))
        big = "00 " * 16000
        args = [word for _ in range(8) for word in ("--hex", big[:-1])]
        for _ in range(2):
            code, output, errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{port}", "--mtu",
                                       "16384", "--quiet", *args, "--message", "last")
            if "failed to send" in output:
                raise Failure(output[:400])
            check_equal(code, 0, f"exit code {output[:400]}{errors[:400]}")
        server.terminate()
        check_equal(server.wait(TIMEOUT_S), 0, "exit code")
        check(b"was not read" in server.stderr.read(), "no word about the lines that are missing")
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
        server.stderr.close()


def quiet_prints_warnings_only():
    server = start("DTLS_SERVER", "--quiet", "--listen", f"127.0.0.1:{free_port()}")
    server.wait_for_text("Demonstration key")
    port = server.argv[-1]
    code, output, _errors = end("DTLS_CLIENT", "--connect", port, "--quiet", "--message", "x")
    check_equal(code, 0, "exit code")
    check(output.count("\n") == 1 and "warning Demonstration key" in output, output)
    check_equal(server.terminate(), 0, "exit code of the server")
    check_equal(len(server.lines), 1, "lines of the server")


def hostile_bytes_stay_one_line():
    server = Server()
    hostile = "3c 62 3e 00 0a ff e2 80 ae 1b 5b 32 4a e2 80 a8"
    code, _output, _errors = end("DTLS_CLIENT", "--connect", f"127.0.0.1:{server.port}",
                                 "--identity", "<b>\n\x1b[2J\u202e", "--hex", hostile)
    check_equal(code, 0, "exit code")
    event = server.wait_for_message()
    check_equal(event["plaintext"], hostile, "its bytes")
    check_equal(event["text"], "<b>\0\n\\xff\u202e\x1b[2J\u2028", "its text")
    server.wait_for_sentence("identity: '<b>\\n\\x1b[2J\\u{202e}'")
    for line in server.lines:
        check(line.isprintable(), f"control characters in {line!r}")


def help_and_version_need_nothing():
    for variable in ("DTLS_SERVER", "DTLS_CLIENT"):
        for option, wanted in (("--help", "--shared-key-file"), ("--version", "0.")):
            code, output, errors = end(variable, option)
            check_equal((code, errors), (0, ""), f"{variable} {option}")
            check(wanted in output, output)


if __name__ == "__main__":
    run(names_its_port_and_answers_over_ipv4, answers_over_ipv6, answers_over_a_name,
        answers_on_all_addresses, first_lines_name_the_port_and_the_demonstration_key,
        messages_keep_their_order, several_connections_are_numbered, pings_until_interrupted,
        server_says_goodbye, wrong_key_is_said_on_both_sides, missing_answer_is_a_failure,
        nobody_there_is_a_failure, client_waits_for_its_server, bad_options_are_refused,
        busy_ports_are_refused, key_files_are_checked, keys_come_through_standard_input,
        hangup_reads_the_keys_again, p3_keys_are_told_nowhere, closed_pipe_ends_cleanly,
        stalled_pipe_stops_nobody, quiet_prints_warnings_only, hostile_bytes_stay_one_line,
        help_and_version_need_nothing)
