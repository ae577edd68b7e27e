"""A mailbox behind a few words of IMAP (RFC 3501), enough for the standard library's client to read it."""

import re
import socketserver
import threading
from typing import Any


class Mailbox(socketserver.ThreadingTCPServer):
    """Messages by UID, and those that were marked as read."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, *messages: bytes, password: str = "secret") -> None:  # noqa: S107 - a test's
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.messages = dict(enumerate(messages, start=1))
        self.seen: set[int] = set()
        self.password = password
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"imap://retours:secret@127.0.0.1:{self.server_address[1]}/INBOX"


class _Dialogue(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self._answer(tag, command)
            if command == "LOGOUT":
                return

    def _answer(self, tag: str, command: str) -> None:
        box: Mailbox = self.server
        good = True
        if command == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif command.startswith("LOGIN"):
            good = command.endswith(f'"{box.password}"')
        elif command.startswith("SELECT"):
            self.wfile.write(f"* {len(box.messages)} EXISTS\r\n".encode())
        elif command == "UID SEARCH UNSEEN":
            found = " ".join(str(uid) for uid in box.messages if uid not in box.seen)
            self.wfile.write(f"* SEARCH {found}\r\n".encode())
        elif found_uid := re.match(r"UID FETCH (\d+) ", command):
            content = box.messages[int(found_uid[1])]
            self.wfile.write(
                f"* 1 FETCH (UID {found_uid[1]} BODY[]<0> {{{len(content)}}}\r\n".encode() + content + b")\r\n"
            )
        elif found_uid := re.match(r"UID STORE (\d+) ", command):
            box.seen.add(int(found_uid[1]))
        self.wfile.write(f"{tag} {'OK' if good else 'NO'} done\r\n".encode())
