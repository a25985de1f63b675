"""Imports: the parts of their texts, jobs, the rows that are still to be brought in, and those to be reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from services.customers import documents
from services.customers.documents import Document
from services.customers.domain.imports import KEPT, Job
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.storage import Aggregates, Index, Store, Stored
from shared.storage.errors import DuplicateKeyError

# Beside what a job that is done keeps: for one that nobody could finish for so long.
_NEVER_FINISHED = 4 * KEPT


class Imports:
    """Jobs by handle and by when they began. After a while all of a job is forgotten."""

    def __init__(self, store: Store) -> None:
        self.aggregates: Aggregates[Job] = store.aggregates(
            "imports",
            documents.from_job,
            documents.to_job,
            indexes=[
                Index(("place", -1)),
                Index(("running", 1), sparse=True),
                Index(("remove_at", 1), expire_after=0),
            ],
        )
        forgotten = Index(("remove_at", 1), expire_after=0)
        self._parts = store.collection("import_parts", indexes=[forgotten])
        self._batches = store.collection("import_batches", indexes=[forgotten])
        self._report = store.collection("import_report", indexes=[forgotten])

    def put_part(self, upload: str, number: int, content: str, remove_at: datetime) -> None:
        """Keep a part of a text. Raises DomainError ``already_exists`` where another one has its place."""
        place = _batch_id(upload, number)
        try:
            self._parts.insert_one({"_id": place, "content": content, "remove_at": remove_at})
        except DuplicateKeyError as error:
            kept = self._parts.find_one({"_id": place}, {"content": 1})
            if kept is not None and kept["content"] != content:
                raise DomainError("already_exists") from error

    def has_parts(self, upload: str, parts: int) -> bool:
        """Whether all of the text has come, so far as it is not forgotten."""
        wanted = [_batch_id(upload, number) for number in range(parts)]
        return self._parts.count_documents({"_id": {"$in": wanted}}) == parts

    def parts(self, upload: str, parts: int) -> Iterator[str]:
        """The text, part by part, each of them read when it is its turn. Raises LookupError where one is gone."""
        for number in range(parts):
            found = self._parts.find_one({"_id": _batch_id(upload, number)}, {"content": 1})
            if found is None:
                raise LookupError(upload)
            yield found["content"]

    def add(self, job: Job, *, context: Context, result: Document, key: IdempotencyKey) -> Document | None:
        """Keep the text as long as the job needs it, then the job. The same request again keeps nothing anew."""
        remove_at = job.started_at + _NEVER_FINISHED
        self._parts.update_many({"_id": _all_of(job.upload)}, {"$set": {"remove_at": remove_at}})
        return self.aggregates.add(
            job, handle=job.handle, bill_group="", context=context, result=result, key=key
        )

    def put_batch(self, job: Job, number: int, rows: Sequence[Document]) -> None:
        """Keep rows of the job; those that are there already stay."""
        batch = {"rows": list(rows), "remove_at": job.started_at + _NEVER_FINISHED}
        self._batches.update_one({"_id": _batch_id(job.handle, number)}, {"$setOnInsert": batch}, upsert=True)

    def drop_parts(self, upload: str) -> None:
        """What has been read is not needed here any more."""
        self._parts.delete_many({"_id": _all_of(upload)})

    def get(self, handle: str) -> Stored[Job]:
        """Raises NotFound."""
        return self.aggregates.get(handle, bill_group="")

    def page(self, *, limit: int, after: str | None) -> tuple[list[Job], str | None]:
        """The latest ``limit``, or those behind the place ``after``; and behind which the next page begins."""
        wanted = {"place": {"$lt": after}} if after else {}
        found = [each.value for each in self.aggregates.find(wanted, sort=[("place", -1)], limit=limit + 1)]
        page = found[:limit]
        return page, documents.place_of(page[-1]) if len(found) > limit else None

    def running(self) -> list[Job]:
        """Those that are not done, some at least."""
        return [each.value for each in self.aggregates.find({"running": True}, limit=10)]

    def rows(self, job: Job) -> list[Document]:
        """The rows of the job's next batch. None are left of a batch that is done."""
        found = self._batches.find_one({"_id": _batch_id(job.handle, job.batch)}, {"rows": 1})
        return list(found["rows"]) if found else []

    def put_report(self, job: Job, rows: Iterable[Document], numbers: Sequence[int]) -> None:
        """Report ``rows`` of the batch with these ``numbers``, in place of what was reported of it before."""
        first, last = (_report_id(job.handle, number) for number in (numbers[0], numbers[-1]))
        self._report.delete_many({"_id": {"$gte": first, "$lte": last}})
        remove_at = job.started_at + _NEVER_FINISHED
        for row in rows:
            again = {"_id": _report_id(job.handle, row["row"])}
            self._report.update_one(again, {"$set": {**row, "remove_at": remove_at}}, upsert=True)

    def report(self, job: str, *, limit: int, after: str | None) -> tuple[list[Document], str | None]:
        """The first ``limit`` rows of the report, or those behind the place ``after``; and where it goes on."""
        whole = _whole_report(job)
        if after is not None and after.startswith(f"{job} "):
            whole["$gt"] = after
        found = list(self._report.find({"_id": whole}).sort("_id", 1).limit(limit + 1))
        page = found[:limit]
        return page, page[-1]["_id"] if len(found) > limit else None

    def drop_batch(self, job: str, number: int) -> None:
        """What has been brought in is not needed here any more."""
        self._batches.delete_one({"_id": _batch_id(job, number)})

    def drop_batches(self, job: str) -> None:
        """None of them is going to be brought in."""
        self._batches.delete_many({"_id": _all_of(job)})

    def forget_at(self, job: str, moment: datetime) -> None:
        """Let the report go when the job does."""
        self._report.update_many({"_id": _whole_report(job)}, {"$set": {"remove_at": moment}})


def _batch_id(job: str, number: int) -> str:
    return f"{job}:{number:06d}"


def _all_of(handle: str) -> Document:
    return {"$gt": f"{handle}:", "$lt": f"{handle}:~"}


def _report_id(job: str, row: int) -> str:
    return f"{job} {row:09d}"


def _whole_report(job: str) -> Document:
    return {"$gt": f"{job} ", "$lt": f"{job} ~"}
