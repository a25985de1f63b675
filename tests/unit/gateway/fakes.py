"""A stand-in for the services: answers what a test tells it to, and holds each request to its contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from tests.unit.gateway import samples

Answer = dict[str, Any] | DomainError | Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """A request as it reached the fake."""

    service: str
    method: str
    context: Context
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """A call whose answer is there already."""

    answer: dict[str, Any] | DomainError
    taken: list[bool] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        assert not self.taken, "an answer is there for one to take, and once"
        self.taken.append(True)
        if isinstance(self.answer, DomainError):
            raise self.answer
        return self.answer


@dataclass
class FakeServices:
    """Answers as the demo customer's services would, save where ``on`` says otherwise."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=samples.answers)
    calls: list[Call] = field(default_factory=list)

    def on(self, service: str, method: str, answer: Answer) -> None:
        """From now on answer this: a reply, a function of the request's arguments, or an error."""
        self.answers[service, method] = answer

    def asked(self, method: str) -> list[Call]:
        """The requests for ``method`` so far."""
        return [call for call in self.calls if call.method == method]

    def begin(self, service: str, method: str, context: Context, /, **arguments: Any) -> Answered:
        self.calls.append(Call(service, method, context, arguments))
        if method == "ping":
            return Answered(self._answer(service, method, {}))
        declared = CONTRACTS[service].methods[method]
        declared.request().load(arguments)
        reply = self._answer(service, method, arguments)
        if isinstance(reply, DomainError):
            return Answered(reply)
        assert not declared.reply().validate(reply), f"{service}.{method} would not answer so"
        return Answered(reply)

    def _answer(self, service: str, method: str, arguments: dict[str, Any]) -> dict[str, Any] | DomainError:
        answer = self.answers.get((service, method), {})
        if not callable(answer):
            return answer
        try:
            return answer(**arguments)
        except DomainError as error:
            return error
