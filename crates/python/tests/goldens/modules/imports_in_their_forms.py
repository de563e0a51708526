import struct as s
from struct import pack, unpack as u
from socket import AF_INET, SOCK_STREAM
import time, errno

print(s.pack("B", 1), pack("B", 2), u("B", b"\x03"), int(AF_INET), int(SOCK_STREAM), errno.EPIPE, time.sleep(0))
print(s.__name__, type(s).__name__, errno.__name__)


def local():
    import struct

    return struct.calcsize("I")


print(local())
