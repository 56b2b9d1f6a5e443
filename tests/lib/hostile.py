# SPDX-License-Identifier: MIT
"""A network of a test's own, where it may do what no stranger could: forge ICMP and any source."""
import ctypes
import fcntl
import os
import selectors
import socket
import struct
import subprocess
import threading
import time

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR = 0x8913, 0x8914, 0x8916
IFF_UP = 1


def _interface(name, request, value):
    """One ioctl on one interface; value is what follows the name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        return fcntl.ioctl(control, request,
                           struct.pack("16s", name.encode()) + value.ljust(24, b"\0"))


def enter_namespace():
    """Nothing but loopback, every port free, raw sockets allowed, for a user who is not root, too.
    Fails where the system does not allow it. Before there are threads. See user_namespaces(7)."""
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET if uid == 0 else CLONE_NEWUSER | CLONE_NEWNET) != 0:
        raise SystemExit("Bail out! a network namespace is needed: "
                         + os.strerror(ctypes.get_errno()))
    if uid != 0:
        for path, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"),
                           ("gid_map", f"0 {gid} 1")):
            with open(f"/proc/self/{path}", "w", encoding="ascii") as table:
                table.write(text)
    _interface("lo", SIOCSIFFLAGS, struct.pack("H", IFF_UP))


def add_address(ip):
    """One more address of this computer, until remove_address()."""
    _interface("lo:1", SIOCSIFADDR, struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton(ip)))


def remove_address():
    _interface("lo:1", SIOCSIFFLAGS, struct.pack("H", 0))


def _checksum(data):
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def forge_unreachable(source, target, code=3, times=1):
    """ICMP "unreachable" (3: port, 1: host, 0: net) about a datagram from source to target, both
    (ip, port), that may never have been sent. RFC 792."""
    (from_ip, from_port), (to_ip, to_port) = source, target
    quoted = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + 8 + 32, 0, 0, 64, socket.IPPROTO_UDP, 0,
                         socket.inet_aton(from_ip), socket.inet_aton(to_ip))
    quoted += struct.pack(">HHHH", from_port, to_port, 8 + 32, 0)
    body = struct.pack(">BBHI", 3, code, 0, 0) + quoted
    body = body[:2] + struct.pack(">H", _checksum(body)) + body[4:]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        for _index in range(times):
            raw.sendto(body, (from_ip, 0))


def forge_too_long(source, target, mtu):
    """ICMP "fragmentation needed" about a datagram of 1200 bytes from source to target, both
    (ip, port): a router that takes mtu bytes at most. RFC 792, RFC 1191."""
    (from_ip, from_port), (to_ip, to_port) = source, target
    quoted = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + 8 + 1200, 0, 0, 64, socket.IPPROTO_UDP, 0,
                         socket.inet_aton(from_ip), socket.inet_aton(to_ip))
    quoted += struct.pack(">HHHH", from_port, to_port, 8 + 1200, 0)
    body = struct.pack(">BBHHH", 3, 4, 0, 0, mtu) + quoted
    body = body[:2] + struct.pack(">H", _checksum(body)) + body[4:]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        raw.sendto(body, (from_ip, 0))


def forge(source, target, *datagrams, times=1):
    """UDP datagrams to target that claim to come from source, both (ip, port)."""
    command = [os.environ["DTLS_TEST_FORGER"], "--from", "%s:%d" % source, "--to", "%s:%d" % target,
               "--times", str(times)]
    for datagram in datagrams:
        command += ["--hex", datagram.hex()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)


class Relay:
    """Carries datagrams between clients and one server, and writes down what it saw:
    for each client a list of (seconds, "client" or "server", datagram)."""

    def __init__(self, server_port):
        self.server = ("127.0.0.1", server_port)
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.front.bind(("127.0.0.1", 0))
        self.port = self.front.getsockname()[1]
        self.seen = {}
        self._back = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.front, selectors.EVENT_READ, None)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_args):
        self._ended.set()
        self._thread.join()
        for each in [self.front, *self._back.values()]:
            each.close()

    def _from_client(self):
        datagram, client = self.front.recvfrom(65536)
        if client not in self._back:
            back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            back.connect(self.server)
            self._back[client] = back
            self.seen[client] = []
            self._selector.register(back, selectors.EVENT_READ, client)
        self.seen[client].append((time.monotonic(), "client", datagram))
        self._back[client].send(datagram)

    def _from_server(self, client):
        datagram = self._back[client].recv(65536)
        self.seen[client].append((time.monotonic(), "server", datagram))
        self.front.sendto(datagram, client)

    def _run(self):
        while not self._ended.is_set():
            for key, _events in self._selector.select(0.1):
                try:
                    if key.data is None:
                        self._from_client()
                    else:
                        self._from_server(key.data)
                except ConnectionRefusedError:
                    pass


def shape(datagram):
    """What is the same for everybody: of each record its type, epoch and length, and of clear
    handshake messages their type and length."""
    parts = []
    while len(datagram) >= 13:
        kind, epoch = datagram[0], struct.unpack(">H", datagram[3:5])[0]
        length = struct.unpack(">H", datagram[11:13])[0]
        body, datagram = datagram[13:13 + length], datagram[13 + length:]
        clear_handshake = kind == 22 and epoch == 0 and len(body) >= 12
        parts.append((kind, epoch, length, (body[0], int.from_bytes(body[1:4], "big"))
                      if clear_handshake else body if epoch == 0 else None))
    return tuple(parts)
