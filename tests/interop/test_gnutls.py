#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Our server with gnutls-cli, our client with gnutls-serv.

gnutls-serv --udp gets one client only and its output is bounded: after a second one it
writes without end. gnutls-cli 3.7.9 crashes after a DHE-PSK or ECDHE-PSK handshake (it asks
for the name of its user), so there only our side is looked at.
"""
import os

from peers import (KEY_HEX, Client, Program, Server, check, check_equal, free_port, key_file, run,
                   wait_bound)

EXCHANGES = {"psk": "PSK", "dhe_psk": "DHE-PSK", "ecdhe_psk": "ECDHE-PSK"}


def priority(exchange):
    return f"NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+{exchange}"


def our_server(exchange):
    server = Server()
    client = Program("gnutls-cli", "--udp", "127.0.0.1", "-p", str(server.port),
                     "--pskusername", "anyone", "--pskkey", KEY_HEX,
                     "--priority", priority(exchange))
    sentence = server.wait_for_sentence("encrypted. Session cipher: ")
    check_equal(sentence["identity"], "anyone", "identity")
    check(f"Session cipher: {exchange}-" in sentence["text"], f"cipher in {sentence['text']!r}")
    if exchange == "PSK":
        client.wait_for_text("Handshake was completed")
        client.write("hello from gnutls\n")
        message = server.wait_for_message("hello from gnutls")
        client.wait_for_text(f"to ({message['peer']}): ACK")
        client.process.stdin.close()
        client.wait_exit()
        server.wait_for_sentence("The DTLS connection has been shutdown")
    check_equal(server.terminate(), 0, "exit code of the server")


def our_client(exchange):
    keys = key_file("anyone")
    try:
        port = free_port()
        server = Program("gnutls-serv", "--udp", "--echo", "-p", str(port), "--pskpasswd", keys,
                         "--pskhint", "another hint", "--priority", priority(exchange))
        wait_bound(port, server)
        client = Client(f"127.0.0.1:{port}", "--key-file", keys, "--identity", "anyone",
                        "--message", "hello from us")
        client.wait_for_message("hello from us")
        check_equal(client.wait_exit(), 0, "exit code of the client")
        check(any("encrypted connection established!" in text for text in client.texts()),
              "the client says that it is encrypted")
    finally:
        os.unlink(keys)


def cases():
    for key, exchange in EXCHANGES.items():
        def server_case(exchange=exchange):
            our_server(exchange)

        def client_case(exchange=exchange):
            our_client(exchange)

        server_case.__name__ = f"our_server_{key}"
        client_case.__name__ = f"our_client_{key}"
        yield server_case
        yield client_case


run(*cases(), needs=["gnutls-cli", "gnutls-serv"])
