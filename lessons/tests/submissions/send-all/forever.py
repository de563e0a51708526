# row: none, sender was ended after 4000000 instructions
# Computes for ever before it begins.
while True:
    pass
