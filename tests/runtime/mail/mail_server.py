"""A mail server on loopback that takes one letter after the other, and may be told to be difficult."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread


class MailServer:
    """`letters` are (envelope recipients, text) as they were handed in; `answers` change what is said to a command."""

    def __init__(self, answers: dict[str, str], tls: ssl.SSLContext | None, *, is_silent: bool) -> None:
        self.letters: list[tuple[list[str], str]] = []
        self.commands: list[str] = []
        self.answers = answers
        self._tls = tls
        self._is_silent = is_silent
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._is_silent:
                connection.recv(1)
                return
            self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.sendall(b"220 ready\r\n")
        lines, recipients = connection.makefile("rb"), list[str]()
        while line := lines.readline():
            words = line.decode().strip()
            self.commands.append(words)
            verb = words.partition(" ")[0].upper()
            answer = self.answers.get(verb, "250 fine")
            if verb == "EHLO" and self._tls is not None and not isinstance(connection, ssl.SSLSocket):
                answer = "250-here\r\n250 STARTTLS"
            connection.sendall(answer.encode() + b"\r\n" if verb not in {"DATA", "STARTTLS"} else b"")
            if verb == "RCPT":
                recipients.append(words)
            if verb == "STARTTLS" and self._tls is not None:
                connection.sendall(b"220 go on\r\n")
                connection = self._tls.wrap_socket(connection, server_side=True)
                lines = connection.makefile("rb")
            if verb == "DATA":
                connection.sendall(b"354 go on\r\n")
                text = b""
                while (part := lines.readline()) != b".\r\n":
                    text += part.removeprefix(b".") if part.startswith(b"..") else part
                self.letters.append((recipients, text.decode()))
                recipients = []
                connection.sendall(b"250 taken\r\n")
            if verb == "QUIT":
                return


@contextmanager
def mail_server(
    answers: dict[str, str] | None = None, *, tls: ssl.SSLContext | None = None, is_silent: bool = False
) -> Iterator[MailServer]:
    server = MailServer(answers or {}, tls, is_silent=is_silent)
    try:
        yield server
    finally:
        server.close()
