# Texts that are made, asked, cut and joined.
def lines(count):
    kept = []
    for number in range(count):
        line = "GET /" + str(number) + " HTTP/1.1"
        parts = line.split(" ")
        if parts[1].startswith("/1") and len(line) > 16:
            kept.append(parts[1].upper())
    return "\n".join(kept)


print(len(lines(1200000)))
