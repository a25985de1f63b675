"""Files with many customers, brought in batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.kernel.happening import Happening

# Rows that are brought in between two times that a job is saved.
BATCH = 50
# Longer than a batch takes; when a process died, another goes on after that.
LEASE = timedelta(seconds=15)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who began an import, and from where: what it makes is theirs in the timeline."""

    principal: str
    session: str
    address: str
    user_agent: str
    language: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows. ``reported`` have a line in the report."""

    taken: int = 0
    kept: int = 0
    refused: int = 0
    reported: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.taken + other.taken,
            self.kept + other.kept,
            self.refused + other.refused,
            self.reported + other.reported,
        )

    @property
    def rows(self) -> int:
        """How many rows that is."""
        return self.taken + self.kept + self.refused


@dataclass(frozen=True, slots=True)
class Job:
    """A file that is brought in. ``batch`` is the next one; until ``leased_until`` one process alone works on it."""

    handle: str
    file_name: str
    columns: Sequence[str]
    rows: int
    origin: Origin
    started_at: datetime
    leased_until: datetime
    batch: int = 0
    counts: Counts = Counts()
    finished_at: datetime | None = None

    @property
    def kept_until(self) -> datetime | None:
        """When it is forgotten; None while it runs."""
        return self.finished_at + KEPT if self.finished_at else None

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return -(-self.rows // BATCH)


def new_job(job: Job) -> list[Happening]:
    """What is told of a job that begins."""
    return [Happening("import_started", job.handle, "", _told(job))]


def claimed(job: Job, now: datetime) -> Job | None:
    """The job for one process alone, for a while; None where another has it, or there is nothing left to do."""
    if job.finished_at is not None or job.leased_until > now:
        return None
    return replace(job, leased_until=now + LEASE)


def advanced(job: Job, batch: int, counts: Counts, now: datetime) -> tuple[Job, list[Happening]]:
    """``batch`` has been brought in. Whoever was too slow, so that another did it meanwhile, changes nothing."""
    if job.finished_at is not None or job.batch != batch:
        return job, []
    job = replace(job, batch=batch + 1, counts=job.counts + counts, leased_until=now + LEASE)
    if job.batch < job.batches:
        return job, []
    job = replace(job, finished_at=now)
    sums = {"taken": job.counts.taken, "kept": job.counts.kept, "refused": job.counts.refused}
    return job, [Happening("import_finished", job.handle, "", {**_told(job), **sums})]


def released(job: Job, now: datetime) -> Job:
    """Free for whoever comes next."""
    return replace(job, leased_until=now)


def _told(job: Job) -> dict[str, object]:
    return {"job": job.handle, "file_name": job.file_name, "rows": job.rows}
