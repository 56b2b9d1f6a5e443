#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Our programs with the other half of the original pair (Debian package qtbase5-examples).

The originals are windows without a command line, so they run on a display of their own and
are driven as assistive technology does it. The original server never offers 127.0.0.1, so
127.0.0.2 is added to lo, in a network namespace of this test. The lines wanted are those
that the originals print for each other.
"""
import glob
import re

from desktop import Screen, find_window, run_isolated
from peers import Client, Program, Server, check, check_equal, wait_until

SERVER = "".join(glob.glob("/usr/lib/*/qt5/examples/network/secureudpserver/secureudpserver"))
CLIENT = "".join(glob.glob("/usr/lib/*/qt5/examples/network/secureudpclient/secureudpclient"))
SERVER_INFO, SERVER_MESSAGES = "Dtls server info:", "Received messages:"
CLIENT_INFO, CLIENT_MESSAGES = "DTLS info messages:", "Received datagrams:"
CIPHER = "ECDHE-PSK-CHACHA20-POLY1305"
HEX_ROW = re.compile(r"17 fe fd 00 01( [0-9a-f]{2})+ ?")


def server_lines(peer, number=0):
    return [
        f"({peer}): not verified yet",
        f"({peer}): verified, starting a handshake",
        f"({peer}): handshake is in progress ...",
        f"PSK callback, received a client's identity: 'Alice (clone number {number})'",
        f"Connection with ({peer}) encrypted. Session cipher: {CIPHER}; "
        "session protocol: DTLS 1.2.",
    ]


def client_lines(number=0):
    name = f"Alice (clone number {number})"
    return [f"{name}: starting a handshake",
            f"{name}: continuing with handshake ...",
            f"{name}: providing pre-shared key ...",
            f"{name}: continuing with handshake ...",
            f"{name}: encrypted connection established!"]


def original(path, title):
    """The program, its window on the screen."""
    program = Program(path)
    find_window(title)
    return program


def start_listening(screen):
    screen.press("Start listening")
    screen.find("combo box", "127.0.0.2")
    screen.press("OK")
    screen.wait_for_line(SERVER_INFO, "Server is listening on address 127.0.0.2 and port 22334")


def original_server():
    screen = Screen("secureudpserver", original(SERVER, "DTLS server"))
    start_listening(screen)
    return screen


def original_client():
    return Screen("secureudpclient", original(CLIENT, "DTLS client"))


def original_connects(screen, host, number=0):
    screen.press("Connect ...")
    combo = screen.find("combo box")
    screen.type_into(screen.find("text", within=combo), host)
    screen.press("OK")
    screen.wait_for_line(CLIENT_INFO,
                         f"Alice (clone number {number}): encrypted connection established!")


def check_block(lines, heading, text):
    """A block as the originals write it: rule, heading, caption, bytes, caption, text."""
    check_equal(lines[:4], ["", "-" * 15, heading, "DTLS datagram:"]
                if heading.startswith("A message") else ["", "-" * 15, heading, lines[3]],
                "head of the block")
    bytes_row = next((line for line in lines if line.startswith("17 fe fd")), "")
    check(HEX_ROW.fullmatch(bytes_row), f"bytes of the record: {bytes_row!r}")
    check_equal(lines[lines.index("As plain text:") + 1], text, "text of the message")


def originals_among_themselves():
    """What the driver reads from the screen is what the originals are known to say."""
    programs = original(SERVER, "DTLS server"), original(CLIENT, "DTLS client")
    server = Screen("secureudpserver", programs[0])
    client = Screen("secureudpclient", programs[1])
    start_listening(server)
    original_connects(client, "127.0.0.2")
    client.wait_for_line(CLIENT_MESSAGES, ": ACK")
    peer = re.search(r"to \((.*)\): ACK", "\n".join(client.lines(CLIENT_MESSAGES))).group(1)
    check_equal(client.lines(CLIENT_INFO)[:5], client_lines(), "lines of the client")
    check_equal(server.lines(SERVER_INFO)[1:6], server_lines(peer), "lines of the server")


def our_client_original_server():
    screen = original_server()
    client = Client("127.0.0.2:22334")
    ack = client.wait_for_message(": ACK")
    peer = re.search(r"to \((.*)\): ACK", ack["text"]).group(1)
    screen.wait_for_line(SERVER_MESSAGES, "please, accept our ping 0")
    check_equal([text for text in client.texts() if text.startswith("Alice")], client_lines(),
                "our client's lines")
    check_equal(screen.lines(SERVER_INFO)[1:6], server_lines(peer), "the server's lines")
    check_block(screen.lines(SERVER_MESSAGES), f"A message from ({peer})",
                "I am Alice (clone number 0), please, accept our ping 0")
    check_equal(client.terminate(), 0, "exit code of our client")
    screen.wait_for_line(SERVER_INFO, f"({peer}): The DTLS connection has been shutdown")


def our_client_three_connections():
    screen = original_server()
    client = Client("127.0.0.2:22334", "--count", "3")
    for number in range(3):
        name = f"Alice (clone number {number})"
        client.wait_for_sentence(f"{name}: encrypted connection established!")
        screen.wait_for_line(SERVER_MESSAGES, f"I am {name}, please, accept our ping 0")
        check_equal([text for text in client.texts() if text.startswith(name)],
                    client_lines(number), f"our client's lines of {name}")
    check_equal(client.terminate(), 0, "exit code of our client")
    wait_until(lambda: sum("The DTLS connection has been shutdown" in line
                           for line in screen.lines(SERVER_INFO)) == 3, "three shutdown lines")


def our_client_when_the_server_quits():
    screen = original_server()
    client = Client("127.0.0.2:22334")
    client.wait_for_message(": ACK")
    screen.press("Quit")
    sentence = client.wait_for_sentence("Alice (clone number 0): shutdown alert received")
    check_equal(sentence["level"], "info", "level of the peer's close")


def our_server_original_client():
    server = Server(listen="127.0.0.1:22334")
    screen = original_client()
    for number in range(3):
        original_connects(screen, "127.0.0.1", number)
    pings = [server.wait_for_message(f"I am Alice (clone number {number}), please, "
                                     "accept our ping 0") for number in range(3)]
    wanted = []
    for number in range(3):
        peer = pings[number]["peer"]
        wanted += server_lines(peer, number)
        screen.wait_for_line(CLIENT_MESSAGES, f"to ({peer}): ACK")
    relevant = [text for text in server.texts()
                if text.startswith("(127.") or "encrypted." in text or "PSK callback" in text]
    check_equal(relevant, wanted, "our server's lines")
    check_equal([line for line in screen.lines(CLIENT_INFO) if line],
                client_lines(0) + client_lines(1) + client_lines(2), "the client's lines")
    check(screen.is_enabled("push button", "Shutdown connections"), "there is something to close")
    screen.press("Shutdown connections")
    for ping in pings:
        server.wait_for_sentence(f"({ping['peer']}): The DTLS connection has been shutdown")
    check_equal(server.terminate(), 0, "exit code of our server")


def our_server_ends_before_the_original_client():
    server = Server(listen="127.0.0.1:22334")
    screen = original_client()
    original_connects(screen, "127.0.0.1")
    server.wait_for_message("accept our ping 0")
    check_equal(server.terminate(), 0, "exit code of our server")
    screen.wait_for_line(CLIENT_INFO, "Alice (clone number 0): shutdown alert received")


run_isolated(originals_among_themselves, our_client_original_server, our_client_three_connections,
             our_client_when_the_server_quits, our_server_original_client,
             our_server_ends_before_the_original_client, addresses=["127.0.0.2/8"],
             needs=[SERVER or "secureudpserver", CLIENT or "secureudpclient"])
