"""`relay.py PORT`: joins its input and output with a port of this machine; qemu starts one for each connection."""

import os
import socket
import sys
import threading

_BYTES = 65536


def main() -> None:
    """Until either side ends."""
    line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))

    def take() -> None:
        while data := os.read(0, _BYTES):
            line.sendall(data)
        line.shutdown(socket.SHUT_WR)

    threading.Thread(target=take, daemon=True).start()
    while data := line.recv(_BYTES):
        os.write(1, data)


if __name__ == "__main__":
    main()
