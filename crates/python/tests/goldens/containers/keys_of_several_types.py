d = {1: "int", "1": "text", (1,): "tuple", None: "none", 1.5: "float", b"1": "bytes", True: "replaced"}
print(d, d[1.0], d[None], len(d))
