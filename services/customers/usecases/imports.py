"""Bringing in files with many customers: begun by somebody, done by the service itself, batch by batch."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from services.customers import views
from services.customers.domain import imports as rules
from services.customers.domain.imports import BATCH, PARTS_KEPT, READ_AT_ONCE, Counts, Job, Origin
from services.customers.repository import Imports
from services.customers.usecases.customers import People
from services.customers.usecases.making import handle_by_key
from services.customers.views import View
from shared.contracts.customer_people import ImportCustomer
from shared.customer_csv import FileRefused, Problem, Row, column_of, read_parts
from shared.kernel import cursors
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context, Principal
from shared.kernel.errors import DomainError, Kind
from shared.kernel.happening import Happening, IdempotencyKey, hash_of
from shared.kernel.ids import new_id
from shared.storage import Outcome
from shared.storage.errors import STORE_AWAY

log = logging.getLogger(__name__)

_JOBS, _REPORT = "imports", "import_report"
_METHOD = "import_customer"
# So many batches at a time; the next tick goes on.
_BATCHES_A_TICK = 20


class FileImports:
    """Files that are brought in. All of it is for the merchant's side: DomainError ``not_allowed``."""

    def __init__(self, imports: Imports, people: People, clock: Clock) -> None:
        self._imports = imports
        self._people = people
        self._clock = clock

    def put_import_part(self, context: Context, *, upload: str, part: int, content: str) -> View:
        """Keep a part of a text. Raises DomainError ``already_exists`` where another one was sent in its place."""
        require_merchant_side(context)
        self._imports.put_part(upload, part, content, self._clock.now() + PARTS_KEPT)
        return {"upload": upload, "part": part}

    def begin_import(
        self,
        context: Context,
        *,
        file_name: str,
        content: str | None,
        upload: str | None,
        parts: int | None,
        key: IdempotencyKey,
    ) -> View | None:
        """Take a file to be brought in. Raises DomainError ``invalid_file`` where it can't be read at all."""
        require_merchant_side(context)
        answered = self._imports.aggregates.answered(key, bill_group="")
        if answered is not None:
            return answered
        handle, now = handle_by_key("imp", key, key.body_hash), self._clock.now()
        if content is not None:
            upload, parts = handle, 1
            self._imports.put_part(upload, 0, content, now + PARTS_KEPT)
        assert upload is not None
        assert parts is not None
        job = Job(
            handle=handle,
            file_name=file_name,
            columns=self._columns(upload, parts),
            rows=0,
            origin=_origin(context),
            started_at=now,
            leased_until=now,
            upload=upload,
            parts=parts,
            read=False,
        )
        return self._imports.add(job, context=context, result=views.of_job(job), key=key)

    def stop_import(self, context: Context, *, job: str, key: IdempotencyKey) -> View | None:
        """Bring in no more of its rows. What has ended stays as it is. Raises NotFound."""
        require_merchant_side(context)

        def decide(found: Job) -> Outcome[Job]:
            stopped = rules.stop(found, _origin(context))
            return Outcome(stopped, result=views.of_job(stopped))

        return self._imports.aggregates.change(job, bill_group="", context=context, decide=decide, key=key)

    def get_import(self, context: Context, *, job: str) -> View:
        """How far a job is. Raises NotFound."""
        require_merchant_side(context)
        return views.of_job(self._imports.get(job).value)

    def list_imports(self, context: Context, *, limit: int, cursor: str | None) -> View:
        """All jobs, the latest first. Raises DomainError ``invalid_cursor``."""
        require_merchant_side(context)
        found, end = self._imports.page(limit=limit, after=cursors.read(_JOBS, cursor))
        return {"items": [views.of_job(job) for job in found], "next_cursor": cursors.write(_JOBS, end)}

    def list_import_report(self, context: Context, *, job: str, limit: int, cursor: str | None) -> View:
        """The rows that were not brought in as they stand. Raises NotFound and DomainError ``invalid_cursor``."""
        require_merchant_side(context)
        self._imports.get(job)
        found, end = self._imports.report(job, limit=limit, after=cursors.read(_REPORT, cursor))
        return {"items": found, "next_cursor": cursors.write(_REPORT, end)}

    def go_on(self) -> None:
        """Go on with the jobs that nobody else is working on: read the file, then bring in some batches."""
        for waiting in self._imports.running():
            job = self._claim(waiting.handle)
            if job is not None and job.state == "reading":
                job = self._read(job)
            for _ in range(_BATCHES_A_TICK):
                if job is None or job.state != "running":
                    break
                job = self._bring_in_a_batch(job)
            if job is not None:
                self._let_go(job)

    def _columns(self, upload: str, parts: int) -> tuple[str, ...]:
        """Those of a text in which there are rows. Raises DomainError ``invalid_file``."""
        try:
            if not self._imports.has_parts(upload, parts):
                raise FileRefused("incomplete")
            table = read_parts(partial(self._imports.parts, upload, parts))
            if next(table.rows(), None) is None:
                raise FileRefused("no_rows")
        except FileRefused as error:
            raise DomainError("invalid_file", reason=error.code, columns=error.columns) from error
        return table.columns

    def _read(self, job: Job) -> Job:
        """The job with its rows in batches. After a crash, the text is read anew, and what was kept of it stays."""
        table = read_parts(partial(self._imports.parts, job.upload, job.parts))
        rows = 0
        try:
            for number, batch in enumerate(_in_batches(table.rows())):
                rows += len(batch)
                if rows > job.rows:
                    self._imports.put_batch(job, number, batch)
                if number % READ_AT_ONCE == READ_AT_ONCE - 1:
                    job = self._change(job.handle, partial(self._read_on, rows))
                    if job.state != "reading":
                        return job
        except LookupError:
            # Somebody has begun another import with the same text, which was quicker.
            log.exception("the text of import %s is gone", job.handle)
            return self._change(job.handle, lambda found: (rules.stop(found, found.origin), []))
        now = self._clock.now()
        read = self._change(
            job.handle, lambda found: rules.wholly_read(found, rows, now), _context(job.origin)
        )
        self._imports.drop_parts(job.upload)
        return read

    def _read_on(self, rows: int, job: Job) -> tuple[Job, list[Happening]]:
        return rules.read_on(job, rows, self._clock.now()), []

    def _let_go(self, job: Job) -> None:
        """End a job that was stopped; leave one that runs to whoever comes next."""
        now = self._clock.now()
        if job.finished_at is not None:
            return
        if job.stopped is None:
            self._change(job.handle, lambda found: (rules.released(found, now), []))
            return
        # First of all, so that whoever comes after a crash does it again.
        self._imports.drop_parts(job.upload)
        self._imports.drop_batches(job.handle)
        self._forget(
            self._change(job.handle, lambda found: rules.ended_early(found, now), _context(job.stopped))
        )

    def _forget(self, job: Job) -> None:
        if job.kept_until is not None:
            self._imports.forget_at(job.handle, job.kept_until)

    def _claim(self, handle: str) -> Job | None:
        taken: list[Job] = []

        def decide(job: Job) -> Outcome[Job]:
            taken[:] = [found] if (found := rules.claimed(job, self._clock.now())) else []
            return Outcome(taken[0] if taken else job)

        self._imports.aggregates.change(handle, bill_group="", context=Context(), decide=decide)
        return taken[0] if taken else None

    def _bring_in_a_batch(self, job: Job) -> Job | None:
        """The job as it goes on, or None where another process has done the batch meanwhile."""
        counts, reported, numbers = Counts(), [], []
        context = _context(job.origin)
        for kept in self._imports.rows(job):
            outcome, problems = self._bring_in(job, kept, context)
            numbers.append(kept["row"])
            counts += Counts(**{outcome: 1}, reported=1 if problems else 0)
            if problems:
                cells = {"cells": kept["cells"], "outcome": outcome, "problems": problems}
                reported.append({"row": kept["row"], **cells})
        if not numbers:
            return None
        self._imports.put_report(job, reported, numbers)
        gone_on = self._change(
            job.handle, lambda found: rules.advanced(found, job.batch, counts, self._clock.now()), context
        )
        self._imports.drop_batch(job.handle, job.batch)
        self._forget(gone_on)
        return gone_on

    def _bring_in(self, job: Job, kept: View, context: Context) -> tuple[str, list[View]]:
        """What became of one row, and what is to be reported of it."""
        flaws = tuple(Problem(**flaw) for flaw in kept["flaws"])
        body, problems = Row(kept["row"], kept["cells"], flaws).customer()
        if problems:
            return "refused", _told(problems)
        key = IdempotencyKey(f"{job.handle}-{kept['row']}", hash_of(body), _METHOD)
        asked = ImportCustomer().load({**body, "key": key.value})
        try:
            is_new = self._people.take_in(context, **{**asked, "key": key})
        except DomainError as error:
            if error.kind is not Kind.REFUSED:
                raise
            if error.code == "already_exists":
                return "kept", [{"column": "customer", "code": error.code}]
            return "refused", _problems(error)
        except STORE_AWAY:
            raise
        except Exception:
            # One row that can't be handled must not hold up the others; whoever reads the log has to look at it.
            log.exception("row %d of import %s can't be brought in", kept["row"], job.handle)
            return "refused", [{"column": "", "code": "internal"}]
        return "taken" if is_new else "kept", []

    def _change(self, handle: str, decide: Any, context: Context | None = None) -> Job:
        changed: list[Job] = []

        def outcome(job: Job) -> Outcome[Job]:
            new, happenings = decide(job)
            changed[:] = [new]
            return Outcome(new, happenings)

        self._imports.aggregates.change(handle, bill_group="", context=context or Context(), decide=outcome)
        return changed[0]


def _in_batches(rows: Iterator[Row]) -> Iterator[list[View]]:
    while batch := [_kept(row) for row in islice(rows, BATCH)]:
        yield batch


def _kept(row: Row) -> View:
    return {"row": row.number, "cells": row.cells, "flaws": _told(row.flaws)}


def _told(problems: Iterable[Problem]) -> list[View]:
    return [{"column": each.column, "code": each.code} for each in problems]


def _problems(error: DomainError) -> list[View]:
    fields: dict[str, str] = error.params.get("fields", {})
    return [{"column": column_of(field), "code": code} for field, code in fields.items()] or [
        {"column": "", "code": error.code}
    ]


def _origin(context: Context) -> Origin:
    return Origin(
        str(context.principal), context.session, context.address, context.user_agent, context.language
    )


def _context(origin: Origin) -> Context:
    return Context(
        principal=Principal.parse(origin.principal),
        session=origin.session,
        address=origin.address,
        user_agent=origin.user_agent,
        language=origin.language,
        request_id=new_id(),
    )
