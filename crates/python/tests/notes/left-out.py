"""Server from the lab sheet. The handler is yours to write."""
import socket

def run():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 5050))
    listener.listen(socket.SOMAXCON)
    while True:
        client, addr = listener.accept()
        worker = threading.Thread(target=handle_client, args=(client))
        worker.start()
        time.sleep(0.1)

def log(text):
    # writes a line to the log file

run()
