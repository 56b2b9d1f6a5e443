# SPDX-License-Identifier: MIT
"""Raw DTLS datagrams for fault tests: hellos without a session behind them."""
import os
import socket
import struct


def hello(random, cookie=b"", message_seq=0, record_seq=0, suites=(0x00A8, 0xCCAC, 0x00AE)):
    """One well-formed, unfragmented ClientHello (RFC 6347, section 4.2.2)."""
    listed = b"".join(struct.pack(">H", suite) for suite in suites)
    body = (b"\xfe\xfd" + random + b"\x00" + bytes([len(cookie)]) + cookie
            + struct.pack(">H", len(listed)) + listed + b"\x01\x00")
    length = struct.pack(">I", len(body))[1:]
    shake = b"\x01" + length + struct.pack(">H", message_seq) + b"\x00\x00\x00" + length + body
    return (b"\x16\xfe\xff\x00\x00" + struct.pack(">Q", record_seq)[2:]
            + struct.pack(">H", len(shake)) + shake)


def cookie_of(datagram):
    """The cookie of a HelloVerifyRequest, or None."""
    if len(datagram) < 28 or datagram[0] != 22 or datagram[13] != 3:
        return None
    return datagram[28:28 + datagram[27]]


def loopback(index):
    """The index-th address of 127.1.0.0/16 and following, never 127.0.0.1."""
    return f"127.{1 + index // 62500}.{index // 250 % 250}.{1 + index % 250}"


class Stranger:
    """One UDP socket with an address of its own."""

    def __init__(self, port, source="127.0.0.1", source_port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((source, source_port))
        self.socket.connect(("127.0.0.1", port))
        self.random = os.urandom(32)

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        self.socket.close()

    def send(self, datagram):
        try:
            self.socket.send(datagram)
        except ConnectionRefusedError:      # tells of an earlier one
            self.socket.send(datagram)

    def receive(self, timeout_s=5.0):
        self.socket.settimeout(timeout_s)
        try:
            return self.socket.recv(65536)
        except (TimeoutError, ConnectionRefusedError):
            return None

    def begin(self):
        """The cookie round, and then silence: a verified, stalled handshake."""
        self.send(hello(self.random))
        answer = self.receive()
        cookie = cookie_of(answer or b"")
        if cookie is None:
            return False
        self.send(hello(self.random, cookie, 1, 1))
        return True
