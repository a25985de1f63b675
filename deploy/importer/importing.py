"""Sends rows to the API, stage by stage, several at once, and tells what became of each."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain

from deploy.importer.api import Api, KeyRefusedError, RefusedError
from deploy.importer.folder import Row, Source
from deploy.importer.presence import IsThere
from deploy.importer.stages import STAGES, Stage

# Not more at once than a service works on, so that nobody else waits.
AT_ONCE = 8
# What is done is told in the order of the rows: so many may be ahead of one that takes long.
_AHEAD = 64


class Outcome(StrEnum):
    """What became of a row."""

    TAKEN = "taken in"
    KEPT = "there already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row of ``stage``. ``reason`` says why it was refused, or that it is there otherwise."""

    stage: Stage
    row: Row
    outcome: Outcome
    reason: str = ""

    @property
    def place(self) -> str:
        """Where the row stands, and what it is called: ``customers.json, row 3 (cust-0003)``."""
        handle = self.row.body.get(self.stage.handle)
        called = f" ({handle})" if isinstance(handle, str) else ""
        return f"{self.row.file}, row {self.row.number}{called}"


def idempotency_key(stage: Stage, row: Row) -> str:
    """The same content has the same key: two who send it at once, or one who sends it again, do it once."""
    content = json.dumps([stage.path, row.body], sort_keys=True)
    return f"import-{hashlib.sha256(content.encode()).hexdigest()}"


def count(source: Source, stages: Iterable[Stage] = STAGES) -> dict[str, int]:
    """How many rows there are for each stage, by its title. It reads everything once: raises FolderError."""
    return {stage.title: sum(1 for _ in _rows(source, stage)) for stage in stages}


def bring_in(
    api: Api,
    source: Source,
    tell: Callable[[Result], None],
    *,
    at_once: int = AT_ONCE,
    stages: Iterable[Stage] = STAGES,
) -> None:
    """Send all rows of ``source``. A refused one doesn't keep the others back.

    Raises what else ``Api`` raises, and FolderError; no row is sent after that.
    """
    with ThreadPoolExecutor(at_once) as pool:
        try:
            for stage in stages:
                rows = _rows(source, stage)
                first = next(rows, None)
                if first is None:
                    continue
                send = partial(_send, api, stage, _look(api, stage))
                for result in _in_order(pool, send, chain([first], rows)):
                    tell(result)
        except BaseException:
            api.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _rows(source: Source, stage: Stage) -> Iterator[Row]:
    return (row for row in source.rows(stage.file) if stage.picks(row.body))


def _look(api: Api, stage: Stage) -> IsThere:
    """Find out what is there already, as far as the key allows it: it may bring in and yet not read."""
    try:
        return stage.presence(api)
    except KeyRefusedError as error:
        if not error.lacks_scope:
            raise
        return lambda _row: False


def _send(api: Api, stage: Stage, is_there: IsThere, row: Row) -> Result:
    if row.flaw:
        return Result(stage, row, Outcome.REFUSED, row.flaw)
    was_there = is_there(row.body)
    try:
        api.post(stage.path, row.body, idempotency_key(stage, row))
    except KeyRefusedError:
        raise
    except RefusedError as error:
        # Somebody else's, or not as it was when it was brought in: it stays as it is.
        kept = error.problem.code == stage.kept_if
        return Result(stage, row, Outcome.KEPT if kept else Outcome.REFUSED, str(error))
    return Result(stage, row, Outcome.KEPT if was_there else Outcome.TAKEN)


def _in_order(
    pool: ThreadPoolExecutor, send: Callable[[Row], Result], rows: Iterable[Row]
) -> Iterator[Result]:
    under_way: deque[Future[Result]] = deque()
    for row in rows:
        under_way.append(pool.submit(send, row))
        if len(under_way) >= _AHEAD:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
