attempts = [
    lambda: "é".encode("ascii"),
    lambda: "a€b€".encode("latin-1"),
    lambda: b"\xff".decode(),
    lambda: b"ab\xc3".decode(),
    lambda: b"ab\xe2\x82".decode("utf-8"),
    lambda: b"\xc3(".decode("utf-8"),
    lambda: b"caf\xe9".decode("ascii"),
    lambda: "a".encode("no-such-codec"),
    lambda: b"a".decode("no-such-codec"),
    lambda: "ééé".encode("ascii"),
    lambda: "\ud800".encode(),
]
for attempt in attempts:
    try:
        attempt()
    except (UnicodeError, LookupError) as error:
        print(type(error).__name__, error)
