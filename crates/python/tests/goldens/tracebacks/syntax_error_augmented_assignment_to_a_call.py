len("a") += 1
