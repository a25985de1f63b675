"""Files with many customers, brought in batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.kernel.happening import Happening

# Rows that are brought in between two times that a job is saved.
BATCH = 50
# So many batches are read between two times that a job is saved.
READ_AT_ONCE = 20
# Longer than a batch takes; when a process died, another goes on after that.
LEASE = timedelta(seconds=15)
KEPT = timedelta(days=30)
PARTS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who began or stopped an import, and from where: what comes of it is theirs in the timeline."""

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
    """A file that is brought in. ``batch`` is the next one; until ``leased_until`` one process alone works on it.

    First the ``parts`` of ``upload``, its text, are read into batches: ``rows`` are those that were read so far, and
    all of them once it is ``read``. Whoever works on a job that somebody has ``stopped`` lets go after the batch in
    hand.
    """

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
    upload: str = ""
    parts: int = 0
    read: bool = True
    stopped: Origin | None = None

    @property
    def state(self) -> str:
        """One of the contract's JOB_STATES."""
        if self.finished_at is not None:
            # Stopped during its last batch, it was done.
            return "stopped" if self.stopped and not self._is_done else "done"
        if self.stopped:
            return "stopping"
        return "running" if self.read else "reading"

    @property
    def _is_done(self) -> bool:
        return self.read and self.batch >= self.batches

    @property
    def kept_until(self) -> datetime | None:
        """When it is forgotten; None while it runs."""
        return self.finished_at + KEPT if self.finished_at else None

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return -(-self.rows // BATCH)


def claimed(job: Job, now: datetime) -> Job | None:
    """The job for one process alone, for a while; None where another has it, or there is nothing left to do."""
    if job.finished_at is not None or job.leased_until > now:
        return None
    return replace(job, leased_until=now + LEASE)


def read_on(job: Job, rows: int, now: datetime) -> Job:
    """``rows`` have been read so far."""
    if job.finished_at is not None or job.read:
        return job
    return replace(job, rows=max(rows, job.rows), leased_until=now + LEASE)


def wholly_read(job: Job, rows: int, now: datetime) -> tuple[Job, list[Happening]]:
    """All ``rows`` of the file have been read: from now on they are brought in."""
    if job.finished_at is not None or job.read:
        return job, []
    job = replace(job, rows=rows, read=True, leased_until=now + LEASE)
    return job, [Happening("import_started", job.handle, "", _told(job))]


def stop(job: Job, origin: Origin) -> Job:
    """To be stopped, unless it has ended; the first one to say so is the one who did it."""
    return job if job.finished_at is not None or job.stopped else replace(job, stopped=origin)


def ended_early(job: Job, now: datetime) -> tuple[Job, list[Happening]]:
    """A job that is to be stopped, and has been by now."""
    if job.finished_at is not None or not job.stopped:
        return job, []
    job = replace(job, finished_at=now)
    return job, [Happening("import_stopped", job.handle, "", _summed_up(job))]


def advanced(job: Job, batch: int, counts: Counts, now: datetime) -> tuple[Job, list[Happening]]:
    """``batch`` has been brought in. Whoever was too slow, so that another did it meanwhile, changes nothing."""
    if job.finished_at is not None or job.batch != batch:
        return job, []
    job = replace(job, batch=batch + 1, counts=job.counts + counts, leased_until=now + LEASE)
    if job.batch < job.batches:
        return job, []
    job = replace(job, finished_at=now)
    return job, [Happening("import_finished", job.handle, "", _summed_up(job))]


def released(job: Job, now: datetime) -> Job:
    """Free for whoever comes next."""
    return replace(job, leased_until=now)


def _summed_up(job: Job) -> dict[str, object]:
    sums = {"taken": job.counts.taken, "kept": job.counts.kept, "refused": job.counts.refused}
    return {**_told(job), **sums}


def _told(job: Job) -> dict[str, object]:
    return {"job": job.handle, "file_name": job.file_name, "rows": job.rows}
