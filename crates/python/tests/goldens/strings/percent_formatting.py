print("%s and %r" % ("a", "b"), "%d%%" % 50, "%5d|%-5d|%05d" % (42, 42, 42), "%.2f %8.3f %e" % (3.14159, 2.5, 12345.678))
print("%x %X %o %#x" % (255, 255, 8, 255), "%c%c" % ("a", 98), "%(name)s is %(age)d" % {"name": "Ann", "age": 5}, "%+d" % 3)
print("%s" % [1, 2], "%s" % (None,), "%10.3s|" % "abcdef", "%g %g" % (0.0001, 1e10), "%*d" % (5, 3))
for template, values in (("%d", "a"), ("%s %s", ("a",)), ("%s", ("a", "b")), ("%q", 1), ("%d", None), ("%(x)s", {"y": 1}), ("%c", "ab"), ("%", 1), ("%x", 1.5)):
    try:
        print(template % values)
    except (TypeError, ValueError, KeyError) as error:
        print(type(error).__name__, error)
