"""Asks a server on this machine for pages over kept connections, and takes the time of each."""

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

READERS = 8
_ENOUGH = 1 << 20  # bytes to take from a socket at once


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds the last byte was here."""

    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _colon, value = line.partition(":")
            if key.strip().lower() == name.lower():
                return value.strip()
        return ""


class BadAnswer(Exception):
    """The server at this port answered with an error or with something that is not HTTP, or not at all."""

    def __init__(self, port: int, message: str) -> None:
        super().__init__(message)
        self.port = port


class Client:
    """One kept connection, which is made anew where the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None

    def request(self, address: str, **headers: str) -> bytes:
        """A GET request as bytes; `if_none_match="x"` is the header If-None-Match."""
        lines = [f"GET {address} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()

    def get(self, address: str, **headers: str) -> Answer:
        """Ask for one page. Raises BadAnswer for a status of 400 or more."""
        answer = self.ask(self.request(address, **headers))
        if answer.status >= 400:
            raise BadAnswer(
                self._port, f"{address} answers {answer.status}: {answer.body[:300].decode(errors='replace')}"
            )
        return answer

    def ask(self, request: bytes) -> Answer:
        """Send a request and wait for the answer, whatever its status."""
        begin = time.perf_counter()
        self.send(request)
        try:
            head, body = self.receive()
        except ConnectionError:  # kept for too long
            self.close()
            self.send(request)
            head, body = self.receive()
        return Answer(int(head[9:12]), head, body, time.perf_counter() - begin)

    def send(self, request: bytes) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=300)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)

    def receive(self) -> tuple[bytes, bytes]:
        """Head and body of the answer to the request that was sent."""
        data = self._more()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, body = data[:end], data[end + 4 :]
        lower = head.lower()
        if (at := lower.find(b"\r\ncontent-length:")) >= 0:
            length = int(lower[at + 17 :].split(b"\r\n", 1)[0])
            if len(body) < length:
                parts, missing = [body], length - len(body)
                while missing > 0:
                    parts.append(self._more())
                    missing -= len(parts[-1])
                body = b"".join(parts)
        elif b"\r\ntransfer-encoding: chunked" in lower:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()
        elif head[9:12] not in (b"204", b"304"):
            raise BadAnswer(self._port, f"An answer without a length: {head[:200]!r}")
        if b"\r\nconnection: close" in lower:
            self.close()
        return head, body

    def _more(self) -> bytes:
        data = self._socket.recv(_ENOUGH) if self._socket else b""
        if not data:
            raise ConnectionResetError("The server has closed the connection.")
        return data


def in_turn(ports: Sequence[int], addresses: Sequence[str]) -> list[list[Answer]]:
    """Ask every server for each address, one request at a time; the answers of each server.

    The servers take turns, so that a machine that is busy for a moment slows all of them alike.
    """
    clients = [Client(port) for port in ports]
    answers: list[list[Answer]] = [[] for _port in ports]
    try:
        for address in addresses:
            for client, got in zip(clients, answers, strict=True):
                got.append(client.get(address))
    finally:
        for client in clients:
            client.close()
    return answers


def crowd(port: int, address: str, seconds: float, **headers: str) -> int:
    """Let eight readers ask for one page again and again, and count the answers; all must be of one length."""
    clients = [Client(port) for _reader in range(READERS)]
    request = clients[0].request(address, **headers)
    lengths = set[int]()
    count = 0
    end = time.perf_counter() + seconds
    try:
        while time.perf_counter() < end:
            for client in clients:
                client.send(request)
            for client in clients:
                lengths.add(len(client.receive()[1]))
            count += READERS
    finally:
        for client in clients:
            client.close()
    if len(lengths) != 1:
        raise BadAnswer(port, f"{address} answers at different lengths: {sorted(lengths)[:5]}")
    return count
