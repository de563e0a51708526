from struct import *

print(pack("!H", 513), calcsize("Q"), error.__name__)
