for call in (lambda: "a".push("b"), lambda: b"a".encode(), lambda: "a".decode(), lambda: b"a".format(1), lambda: (5).upper(), lambda: None.strip(), lambda: [].add(1), lambda: {}.append(1), lambda: (1,).append(2)):
    try:
        call()
    except AttributeError as error:
        print(error)
