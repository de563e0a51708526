"""What address gethostname() becomes, on a machine of our own: a network, a name and an /etc/hosts that nobody else sees."""

import ctypes
import fcntl
import os
import socket
import struct
import sys
import tempfile

from box import answer, tell, unable

LABELS = [
    "/etc/hosts says `127.0.1.1 box` (as Debian installs it): bound to",
    "… then a client that calls 10.0.0.2",
    "/etc/hosts says `10.0.0.2 box`: bound to",
    "… then a client that calls 127.0.0.1",
    "/etc/hosts does not mention `box`, no DNS",
]
NEWNS, NEWUTS, NEWUSER, NEWNET = 0x20000, 0x4000000, 0x10000000, 0x40000000
BIND, PRIVATE, REC = 4096, 1 << 18, 16384
libc = ctypes.CDLL(None, use_errno=True)


def must(result):
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def alone():
    """Moves into namespaces of our own: user, mounts, network, name."""
    uid, gid = os.getuid(), os.getgid()
    must(libc.unshare(NEWUSER | NEWNS | NEWNET | NEWUTS))
    for file, text in [("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")]:
        with open(f"/proc/self/{file}", "w") as out:
            out.write(text)
    must(libc.mount(None, b"/", None, PRIVATE | REC, None))
    socket.sethostname("box")


def address(interface, of):
    """Gives an interface an address of a network of 24 bits, and switches it on."""
    with socket.socket() as s:
        def ask(request, address):
            packed = struct.pack("16sHH4s8x", interface.encode(), socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(s, request, packed)

        ask(0x8916, of)  # SIOCSIFADDR
        fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", interface.encode(), 1))  # SIOCSIFFLAGS: up


def instead(path, text):
    """Puts a text in the place of a file, for us alone."""
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    must(libc.mount(file.name.encode(), path.encode(), None, BIND, None))
    os.unlink(file.name)


def bound_to(hosts, call):
    """What a listener at gethostname() is bound to, and what a client gets that calls this address."""
    into, out = os.pipe()
    if os.fork():  # each /etc/hosts with a process of its own
        os.close(out)
        with os.fdopen(into) as said:
            return said.read().split("|")
    must(libc.unshare(NEWNS))
    instead("/etc/hosts", f"127.0.0.1 localhost\n{hosts}\n")
    with socket.socket() as s:
        try:
            s.bind((socket.gethostname(), 7000))
            s.listen()
            with socket.socket() as client:
                says = [s.getsockname()[0], str(answer(client.connect, (call, 7000)) or "connected")]
        except socket.gaierror as error:
            says = ["gaierror: no address at all", ""]
    os.write(out, "|".join(says).encode())
    os._exit(0)


try:
    alone()
    address("lo", "127.0.0.1")
    address("lo:1", "10.0.0.2")
    if os.path.exists("/etc/nsswitch.conf"):
        instead("/etc/nsswitch.conf", "hosts: files dns\n")
    if os.path.exists("/etc/resolv.conf"):
        instead("/etc/resolv.conf", "options attempts:1 timeout:1\n")
except OSError as error:
    tell({label: unable(f"no namespaces of one's own: {error}") for label in LABELS})
    sys.exit()
debian = bound_to("127.0.1.1 box", "10.0.0.2")
static = bound_to("10.0.0.2 box", "127.0.0.1")
neither = bound_to("", "127.0.0.1")
tell(dict(zip(LABELS, [*debian, *static, neither[0]])))
