#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Our programs with libcoap's, as CoAP devices with pre-shared keys do it (RFC 7252, 9.1.3.1).

The key is given to libcoap as text. The four bytes 40 01 12 34 are a confirmable GET of the
root, message number 0x1234; the answer begins with 60 45 12 34 (RFC 7252, 3).
"""
import os

from peers import Client, Program, Server, check_equal, free_port, key_file, run, wait_bound

KEY = "coap secret"
KEY_HEX = KEY.encode().hex()
FLAVOURS = ("gnutls", "openssl")


def our_server(flavour):
    keys = key_file("device-1", KEY_HEX)
    try:
        server = Server("--key-file", keys, "--reply", "none")
        Program(f"coap-client-{flavour}", "-m", "get", "-u", "device-1", "-k", KEY, "-B", "2",
                f"coaps://127.0.0.1:{server.port}/time")
        sentence = server.wait_for_sentence("encrypted. Session cipher: ")
        check_equal(sentence["identity"], "device-1", "identity")
        server.wait_for_message("time")
        check_equal(server.terminate(), 0, "exit code of the server")
    finally:
        os.unlink(keys)


def our_client(flavour):
    keys = key_file("device-1", KEY_HEX)
    try:
        port = free_port(2)
        server = Program(f"coap-server-{flavour}", "-A", "127.0.0.1", "-p", str(port), "-k", KEY)
        wait_bound(port + 1, server)
        client = Client(f"127.0.0.1:{port + 1}", "--key-file", keys, "--identity", "device-1",
                        "--hex", "40 01 12 34")
        client.wait_for_message(bytes.fromhex("60451234"))
        check_equal(client.wait_exit(), 0, "exit code of the client")
    finally:
        os.unlink(keys)


def cases():
    for flavour in FLAVOURS:
        def server_case(flavour=flavour):
            our_server(flavour)

        def client_case(flavour=flavour):
            our_client(flavour)

        server_case.__name__ = f"our_server_{flavour}"
        client_case.__name__ = f"our_client_{flavour}"
        yield server_case
        yield client_case


run(*cases(), needs=[f"coap-{part}-{flavour}" for part in ("client", "server")
                     for flavour in FLAVOURS])
