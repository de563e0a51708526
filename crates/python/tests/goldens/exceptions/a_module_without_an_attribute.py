import struct
import time

try:
    time.slep(1)
except AttributeError as error:
    print(error)
try:
    struct.Pack("!H", 1)
except AttributeError as error:
    print(error)
