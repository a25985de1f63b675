"""A real HTTP server that answers as an API would, or as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; ``path`` lies below /api/v1."""

    verb: str
    path: str
    key: str
    authorization: str
    body: Any


@dataclass
class Answer:
    """What is answered: a JSON value, or a text as it is."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def problem(status: int, code: str, retry_after: str = "", **more: Any) -> Answer:
    """A refusal as the API words it."""
    headers = {"Content-Type": PROBLEM} | ({"Retry-After": retry_after} if retry_after else {})
    return Answer(status, {"status": status, "code": code, "detail": f"About {code}.", **more}, headers)


class FakeApi:
    """Takes every row, and has empty lists. ``decide`` may answer a request otherwise, or None to leave it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.decide: Callable[[Asked], Answer | None] = lambda _asked: None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def posted(self) -> list[Asked]:
        """The rows that arrived, whatever became of them."""
        return [each for each in self.asked if each.verb == "POST"]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
        decided = self.decide(asked)
        if decided is not None:
            return decided
        if asked.verb == "POST":
            return Answer(201, {})
        if asked.path == "/settings":
            return Answer(200, {"version": 1, "logo": None})
        return Answer(200, {"items": [], "next_cursor": None})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def _answer(self, body: Any) -> None:
                given = self.headers
                path = urlsplit(self.path).path.removeprefix("/api/v1")
                key, authorization = given.get("Idempotency-Key", ""), given.get("Authorization", "")
                answer = fake.answer(Asked(self.command, path, key, authorization, body))
                content = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
                self.send_response(answer.status)
                headers = {"Content-Type": "application/json", **answer.headers}
                for name, value in {**headers, "Content-Length": str(len(content.encode()))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_arguments: Any) -> None:
                """Nothing."""

        return Handler


@pytest.fixture
def fake_api() -> Iterator[FakeApi]:
    fake = FakeApi()
    yield fake
    fake.close()
