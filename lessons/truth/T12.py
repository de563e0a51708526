"""A wire that falls silent: two networks of our own, two TUN devices, and a thread that carries packets until it stops.

All lines are watched at the same time, 12 s long. The line of tcp_retries2 lasts a quarter of an hour and more: its time is the
kernel's documentation's (ip-sysctl), and only the setting is read here.
"""

import ctypes
import errno
import fcntl
import os
import select
import socket
import struct
import sys
import threading
import time

from box import by_hand, tell, timing, unable

SILENT = "Nothing unacknowledged, no option: `recv`"
KEEP_1 = "Keepalive 1 s, 1 s, 2 probes: `recv`"
KEEP_2 = "Keepalive 2 s, 1 s, 3 probes: `recv`"
DEFAULTS = "Keepalive with default times: 7200 s, 75 s, 9 probes"
USER_BUSY = "TCP_USER_TIMEOUT 3 s, data under way"
USER_IDLE = "TCP_USER_TIMEOUT 3 s, nothing under way"
RETRIES = "Data under way, no option"
KEEP_BUSY = "Keepalive 2 s, 1 s, 3 probes, *data under way*"
NEWUSER, NEWNET = 0x10000000, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def setting(name):
    with open(f"/proc/sys/net/ipv4/{name}") as file:
        return int(file.read())


def tun(address):
    """A network device of the network that we are in; its packets are read from, and written to, what this answers."""
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH14x", b"tun0", 0x1001))  # TUNSETIFF: TUN, no header
    with socket.socket() as s:
        for request, of in [(0x8916, address), (0x891C, "255.255.255.0")]:  # SIOCSIFADDR, SIOCSIFNETMASK
            packed = struct.pack("16sHH4s8x", b"tun0", socket.AF_INET, 0, socket.inet_aton(of))
            fcntl.ioctl(s, request, packed)
        fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"tun0", 0x41))  # SIOCSIFFLAGS: up, running
    return fd


carries = True
silent_sent = {}  # packets after the silence began, by the client's port


def wire(near, far):
    while True:
        for fd in select.select([near, far], [], [])[0]:
            packet = os.read(fd, 65536)
            if carries:
                os.write(far if fd == near else near, packet)
            elif packet[0] >> 4 == 4 and packet[9] == 6:
                ports = struct.unpack("!HH", packet[(packet[0] & 15) * 4 :][:4])
                for port in ports:
                    silent_sent[port] = silent_sent.get(port, 0) + 1


try:
    unshare(NEWUSER | NEWNET)
    far = tun("10.0.0.2")
    at = socket.socket()
    at.bind(("10.0.0.2", 7000))
    at.listen(16)
    unshare(NEWNET)
    near = tun("10.0.0.1")
    threading.Thread(target=wire, args=(near, far), daemon=True).start()
except OSError as error:
    labels = [SILENT, KEEP_1, KEEP_2, DEFAULTS, USER_BUSY, USER_IDLE, RETRIES, KEEP_BUSY]
    tell({label: unable(f"no network of one's own: {error}") for label in labels})
    sys.exit()

peers = []


def connected(keepalive=None, user_timeout=None):
    s = socket.create_connection(("10.0.0.2", 7000), 10)
    s.settimeout(None)
    peers.append(at.accept()[0])
    if keepalive:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in zip((socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT), keepalive):
            s.setsockopt(socket.IPPROTO_TCP, option, value)
    if user_timeout:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, user_timeout)
    return s


watched = {
    SILENT: connected(),
    KEEP_1: connected((1, 1, 2)),
    KEEP_2: connected((2, 1, 3)),
    USER_BUSY: connected(user_timeout=3000),
    USER_IDLE: connected(user_timeout=3000),
    KEEP_BUSY: connected((2, 1, 3)),
}
time.sleep(0.3)  # the last ACKs are over
ports = {label: s.getsockname()[1] for label, s in watched.items()}
carries = False
began = time.monotonic()
watched[USER_BUSY].send(b"x")
watched[KEEP_BUSY].send(b"x")
ended = {}


def watch(label):
    try:
        said = watched[label].recv(1)
    except OSError as error:
        said = errno.errorcode[error.errno]
    ended[label] = f"{said} after {time.monotonic() - began:.1f} s"


for label in watched:
    threading.Thread(target=watch, args=(label,), daemon=True).start()
time.sleep(10)
sent = silent_sent.get(ports[SILENT], 0)
ten = {label: ended.get(label) for label in watched}
time.sleep(2)
idle, interval, probes = (setting(f"tcp_keepalive_{name}") for name in ("time", "intvl", "probes"))
segments = "not one segment sent" if not sent else f"{sent} segments sent"
tell({
    SILENT: ten[SILENT] or f"for ever (10 s watched: {segments})",
    KEEP_1: timing(ended.get(KEEP_1, "still waiting after 12 s")),
    KEEP_2: timing(ended.get(KEEP_2, "still waiting after 12 s")),
    DEFAULTS: f"{idle} + {probes} × {interval} = {idle + probes * interval} s",
    USER_BUSY: timing(ended.get(USER_BUSY, "still waiting after 12 s")),
    USER_IDLE: ten[USER_IDLE] or "still waiting after 10 s",
    RETRIES: by_hand(f"tcp_retries2 = {setting('tcp_retries2')}: at least 924.6 s (kernel documentation)"),
    KEEP_BUSY: ended.get(KEEP_BUSY, "still trying after 12 s"),
})
sys.stdout.flush()
os._exit(0)  # threads wait for ever
