import struct
import sys

for order in "<>!=":
    print(order, struct.pack(order + "HIQ", 1, 2, 3).hex(" "))
print(sys.byteorder, struct.pack("@H", 1))
