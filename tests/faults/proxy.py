"""A TCP proxy that can be slow, lossy or silent: the network between two processes."""

import contextlib
import random
import socket
import threading
import time


class Proxy:
    """Forwards to 127.0.0.1:`target`.

    While `delay` is set, each piece takes so many seconds; with `loss`, so large a share of the
    pieces ends its connection instead; while `silent`, nothing passes and nothing is closed.
    """

    def __init__(self, target: int) -> None:
        self.delay = 0.0
        self.loss = 0.0
        self.silent = False
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def restore(self) -> None:
        """Be a good network again; what was silent is cut, as by a router that comes back."""
        was_silent, self.silent = self.silent, False
        self.delay = self.loss = 0.0
        if was_silent:
            self.cut()

    def cut(self) -> None:
        """End every connection."""
        for end in list(self._ends):
            _close(end)

    def close(self) -> None:
        _close(self._listener)
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            _close(near)
            return
        far.settimeout(None)
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ends |= {near, far}
        back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
        back.start()
        self._pump(near, far)
        back.join()
        self._ends -= {near, far}

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                if self.delay:
                    time.sleep(self.delay)
                while self.silent:
                    time.sleep(0.05)
                if random.random() < self.loss:
                    break
                sink.sendall(piece)
        _close(source)
        _close(sink)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
