# row: none, prompt still waits
# Never connects.
print("one fish two fish")
