"""A mail server that keeps what it is given, and refuses or hangs up when a test says so."""

from __future__ import annotations

import email
import socketserver
import threading
from email.message import EmailMessage
from email.policy import default


class MailServer:
    """SMTP on 127.0.0.1, as much of it as smtplib speaks. `recipient_answer` is what it says to RCPT."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.sent: list[bytes] = []  # the same as they came
        self.recipient_answer = "250 fine"
        keeper = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 ready")
                for line in self.rfile:
                    command = line.split(b":")[0].strip().upper()
                    if command == b"DATA":
                        self._take()
                    elif command == b"RCPT TO":
                        self._say(keeper.recipient_answer)
                    else:
                        self._say("221 bye" if command == b"QUIT" else "250 fine")

            def _say(self, words: str) -> None:
                self.wfile.write(f"{words}\r\n".encode())

            def _take(self) -> None:
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                keeper.sent.append(b"".join(lines))
                keeper.messages.append(email.message_from_bytes(keeper.sent[-1], policy=default))
                self._say("250 kept")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
