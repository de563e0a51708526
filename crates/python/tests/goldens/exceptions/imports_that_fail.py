attempts = ["import nothing_here", "from socket import nothing", "import os.nowhere"]
try:
    import nothing_here
except ModuleNotFoundError as error:
    print(error)
try:
    from struct import nothing
except ImportError as error:
    print(str(error).partition(" (")[0])
try:
    import struct.nothing
except ModuleNotFoundError as error:
    print(error)
