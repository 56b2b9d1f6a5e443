#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Our server with openssl s_client, our client with openssl s_server, one key exchange a run."""
from peers import KEY_HEX, Client, Program, Server, check, check_equal, run

CIPHERS = {
    "psk": "PSK-AES128-GCM-SHA256",
    "dhe_psk": "DHE-PSK-AES128-GCM-SHA256",
    "ecdhe_psk": "ECDHE-PSK-CHACHA20-POLY1305",
    "psk_ccm8": "PSK-AES128-CCM8",
    "ecdhe_psk_cbc": "ECDHE-PSK-AES128-CBC-SHA256",
}
OPTIONS = ("-dtls1_2", "-psk", KEY_HEX, "-psk_identity", "anyone")


def our_server(cipher):
    server = Server()
    client = Program("openssl", "s_client", *OPTIONS, "-cipher", cipher + ":@SECLEVEL=0",
                     "-connect", f"127.0.0.1:{server.port}")
    client.wait_for_text(f"Cipher is {cipher}")
    sentence = server.wait_for_sentence("encrypted. Session cipher: ")
    check(f"Session cipher: {cipher};" in sentence["text"], f"cipher in {sentence['text']!r}")
    check_equal(sentence["identity"], "anyone", "identity")
    client.write("hello from openssl\n")
    message = server.wait_for_message("hello from openssl")
    client.wait_for_text(f"to ({message['peer']}): ACK")
    client.write("Q\n")
    client.wait_exit()
    server.wait_for_sentence("The DTLS connection has been shutdown")
    check_equal(server.terminate(), 0, "exit code of the server")


def our_client(cipher, *more):
    server = Program("openssl", "s_server", *OPTIONS, "-nocert", *more,
                     "-cipher", cipher + ":@SECLEVEL=0", "-accept", "127.0.0.1:0")
    port = server.wait_for_match(r"^ACCEPT .*:(\d+)$").group(1)
    client = Client(f"127.0.0.1:{port}", "--identity", "anyone", "--message", "hello from us")
    server.wait_for_text("hello from us")
    server.write("an answer\n")
    client.wait_for_message("an answer")
    check_equal(client.wait_exit(), 0, "exit code of the client")
    check(any("encrypted connection established!" in text for text in client.texts()),
          "the client says that it is encrypted")


def client_without_psk_is_refused():
    server = Server()
    client = Program("openssl", "s_client", "-dtls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256",
                     "-connect", f"127.0.0.1:{server.port}")
    client.wait_for_text("alert handshake failure")
    server.wait_for_sentence("cipher suite")
    check_equal(server.terminate(), 0, "exit code of the server")


def cases():
    for key, cipher in CIPHERS.items():
        def server_case(cipher=cipher):
            our_server(cipher)

        def client_case(cipher=cipher):
            our_client(cipher)

        def cookie_case(cipher=cipher):
            our_client(cipher, "-listen")

        server_case.__name__ = f"our_server_{key}"
        client_case.__name__ = f"our_client_{key}"
        cookie_case.__name__ = f"our_client_cookie_{key}"
        yield server_case
        yield client_case
        yield cookie_case
    yield client_without_psk_is_refused


run(*cases(), needs=["openssl"])
