"""What the API says about a request that it refuses (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal: the HTTP status, the error code, what to do, and what is wrong with which field."""

    status: int
    code: str
    detail: str = ""
    fields: tuple[str, ...] = ()
    request_id: str = ""

    def __str__(self) -> str:
        said = f"{self.code}: {self.detail}" if self.detail else self.code
        return f"{said} ({'; '.join(self.fields)})" if self.fields else said


def read_problem(answer: requests.Response) -> Problem:
    """The problem in ``answer``; where something else has answered (a proxy, perhaps), its status is all there is."""
    if not answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        return Problem(answer.status_code, f"answered {answer.status_code} {answer.reason}")
    said: dict[str, Any] = answer.json()
    return Problem(
        status=answer.status_code,
        code=said["code"],
        detail=said.get("detail", ""),
        fields=tuple(_field(error) for error in said.get("errors", ())),
        request_id=said.get("request_id", ""),
    )


def _field(error: dict[str, str]) -> str:
    where = error.get("pointer") or error.get("parameter", "")
    return f"{where.removeprefix('#/')}: {error['detail']}"
