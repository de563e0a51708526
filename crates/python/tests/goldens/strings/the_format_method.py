print("{} {}".format("a", 1), "{1} {0}".format("a", "b"), "{name}: {n:>4}".format(name="x", n=5), "{0[1]} {1.real}".format([1, 2], 5))
print("{:>{w}}".format("a", w=4), "{{}}".format(), "{!r:>5}".format("a"), "{0}{0}".format("z"))
for template in ("{}", "{0} {}", "{x}", "{", "}", "{!z}", "{:q}"):
    try:
        print(template.format(*([] if template == "{}" else [1])))
    except (ValueError, KeyError, IndexError) as error:
        print(type(error).__name__, error)
