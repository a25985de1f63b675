"""A client of the API: it holds back when it is asked to, and sends again, with its key, what was not done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from deploy.importer.patience import Brake, Patience, Tries, seconds_to_wait
from deploy.importer.problems import Problem, read_problem

_SECONDS_TO_CONNECT, _SECONDS_TO_ANSWER = 5.0, 30.0
_MOST_ON_A_PAGE = 100
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_MISSING_SCOPE = "missing_scope"
# Nothing was done, or nobody knows: the same key makes it safe to ask again.
_AGAIN = frozenset({429, 500, 502, 503, 504})


class ApiError(Exception):
    """The API can't be used as hoped; the text says why and what to do."""


class RefusedError(ApiError):
    """This request is refused; asking again changes nothing."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class KeyRefusedError(RefusedError):
    """The API key is not valid, or lacks a scope: no other request of the kind can succeed either."""

    @property
    def lacks_scope(self) -> bool:
        """Whether the key is good for other requests."""
        return self.problem.code == _MISSING_SCOPE


class AwayError(ApiError):
    """Nobody answers, or nothing that could be used."""


class Api:
    """The API of the Portico at ``url``, with one API key; any number of threads may use it.

    ``tell`` hears why a request has to wait, in a sentence.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience: Patience | None = None,
        tell: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self.url = url.rstrip("/")
        self._auth = _Bearer(key)
        self._patience = patience or Patience()
        self._tell = tell
        self._brake = Brake()
        self._of_thread = threading.local()
        self._answered_at = float("-inf")

    def post(self, path: str, body: Any, key: str) -> Any:
        """Send ``body``; what was answered. ``key`` makes it safe to send more than once."""
        return self._ask("POST", path, json=body, headers={"Idempotency-Key": key})

    def get(self, path: str, **query: object) -> Any:
        """What is at ``path``."""
        return self._ask("GET", path, params=query)

    def items(self, path: str) -> Iterator[dict[str, Any]]:
        """Everything in the list at ``path``, page by page."""
        cursor: str | None = None
        while True:
            page = self.get(path, limit=_MOST_ON_A_PAGE, cursor=cursor)
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def stop(self) -> None:
        """Let no request begin any more, nor wait: those that would raise StoppedError."""
        self._brake.stop()

    def _ask(self, verb: str, path: str, **what: Any) -> Any:
        tries = Tries(self._patience)
        while True:
            self._brake.wait()
            try:
                answer = self._session.request(
                    verb,
                    f"{self.url}/api/v1{path}",
                    auth=self._auth,
                    timeout=(_SECONDS_TO_CONNECT, _SECONDS_TO_ANSWER),
                    allow_redirects=False,
                    **what,
                )
            except (requests.ConnectionError, requests.Timeout) as error:
                self._wait_or_give_up(tries, Problem(0, "no_answer", f"{self.url}: {_plainly(error)}"), None)
                continue
            if answer.status_code not in _AGAIN:
                self._answered_at = time.monotonic()
                return self._read(answer)
            self._wait_or_give_up(tries, read_problem(answer), seconds_to_wait(answer.headers))

    def _wait_or_give_up(self, tries: Tries, problem: Problem, asked_to_wait: float | None) -> None:
        """Return when it is time for the next try. RefusedError where only this request has no success."""
        if problem.status == HTTPStatus.TOO_MANY_REQUESTS and asked_to_wait is not None:
            # That is no failure: it goes for all requests, and costs none of them its patience.
            self._tell(f"the API asks to wait {asked_to_wait:.0f} s")
            self._brake.hold(asked_to_wait)
            tries.extend(asked_to_wait)
            return
        fault = problem.status == HTTPStatus.INTERNAL_SERVER_ERROR
        pause = tries.next_pause(fault=fault)
        if pause is None:
            if fault or self._answered_at > tries.began:
                raise RefusedError(problem)
            raise AwayError(str(problem))
        if not fault:
            self._tell(f"no success yet ({problem.code}), trying again")
        self._brake.sleep(max(pause, asked_to_wait or 0.0))

    def _read(self, answer: requests.Response) -> Any:
        if answer.ok and not answer.is_redirect:
            try:
                return answer.json()
            except requests.JSONDecodeError:
                raise ApiError(f"What answers at {self.url} is no Portico.") from None
        if answer.is_redirect:
            moved = urlsplit(answer.headers["Location"])
            raise ApiError(f"{self.url} leads on to {moved.scheme}://{moved.netloc}: use that address.")
        problem = read_problem(answer)
        if problem.status == HTTPStatus.UNAUTHORIZED or problem.code == _MISSING_SCOPE:
            raise KeyRefusedError(problem)
        raise RefusedError(problem)

    @property
    def _session(self) -> requests.Session:
        """This thread's own: a session keeps its connection open, but is not made for several threads."""
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = requests.Session()
            # The way to this machine itself leads through no proxy that the environment may name.
            session.trust_env = urlsplit(self.url).hostname not in _HERE
        return session


class _Bearer(AuthBase):
    """Says the key with each request. (A plain header would have to yield to what ``.netrc`` has.)"""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _plainly(error: requests.RequestException) -> str:
    return "does not answer in time" if isinstance(error, requests.Timeout) else "can't be reached"
