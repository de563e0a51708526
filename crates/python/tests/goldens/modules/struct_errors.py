import struct

attempts = [
    lambda: struct.pack("!B", 256),
    lambda: struct.pack("!B", -1),
    lambda: struct.pack("!b", 128),
    lambda: struct.pack("!H", 70000),
    lambda: struct.pack("!I", -1),
    lambda: struct.pack("!i", 2 ** 31),
    lambda: struct.pack("!Q", 2 ** 64),
    lambda: struct.pack("!H", "80"),
    lambda: struct.pack("!H", 1.5),
    lambda: struct.pack("!4s", "text"),
    lambda: struct.pack("!HH", 1),
    lambda: struct.pack("!H", 1, 2),
    lambda: struct.pack("!f", "x"),
    lambda: struct.pack("!c", b"ab"),
    lambda: struct.pack("!Z", 1),
    lambda: struct.unpack("!H", b"a"),
    lambda: struct.unpack("!H", b"abc"),
    lambda: struct.unpack("!H", "ab"),
    lambda: struct.unpack_from("!I", b"abcdef", 4),
    lambda: list(struct.iter_unpack("!H", b"abc")),
    lambda: struct.pack("3"),
]
for attempt in attempts:
    try:
        print(attempt())
    except (struct.error, TypeError) as error:
        print(type(error).__name__, error)
