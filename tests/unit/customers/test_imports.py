"""Jobs that bring in files: who works on one, and how far it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.customers import documents, views
from services.customers.domain.imports import (
    BATCH,
    KEPT,
    LEASE,
    Counts,
    Job,
    Origin,
    advanced,
    claimed,
    ended_early,
    read_on,
    released,
    stop,
    wholly_read,
)
from shared.contracts.customer_imports import ImportJob
from shared.contracts.customers import contract

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
STAFF = Origin("staff:jane", "ses-1", "192.0.2.7", "Firefox", "de")
OTHER = Origin("staff:jack", "ses-2", "192.0.2.8", "Firefox", "en")
JOB = Job("imp-1", "customers.csv", ("email", "country"), 2 * BATCH + 1, STAFF, NOW, NOW)
NEW = replace(JOB, rows=0, upload="upl-1", parts=2, read=False)
SOME = Counts(taken=BATCH - 2, kept=1, refused=1, reported=1)


def test_one_process_has_a_job_for_a_while() -> None:
    mine = claimed(JOB, NOW)
    assert mine is not None
    assert mine.leased_until == NOW + LEASE
    assert claimed(mine, NOW + LEASE - timedelta(seconds=1)) is None
    assert claimed(mine, NOW + LEASE) is not None
    assert claimed(released(mine, NOW), NOW) is not None
    assert claimed(replace(JOB, finished_at=NOW), NOW + LEASE) is None


def test_each_batch_counts_once_and_the_last_ends_it() -> None:
    job, told = advanced(JOB, 0, SOME, NOW)
    assert (job.batch, job.counts, told) == (1, SOME, [])
    # Whoever was too slow finds it done.
    assert advanced(job, 0, SOME, NOW) == (job, [])
    job, told = advanced(job, 1, SOME, NOW)
    assert (job.finished_at, told) == (None, [])
    job, [finished] = advanced(job, 2, Counts(taken=1), NOW)
    assert (job.finished_at, job.kept_until) == (NOW, NOW + KEPT)
    assert job.counts.rows == job.rows
    assert finished.type == "import_finished"
    assert finished.data["taken"] == 2 * (BATCH - 2) + 1
    assert advanced(job, 3, SOME, NOW) == (job, [])


@pytest.mark.parametrize("rows, batches", [(1, 1), (BATCH, 1), (BATCH + 1, 2), (10 * BATCH, 10)])
def test_no_row_is_left_out(rows: int, batches: int) -> None:
    assert replace(JOB, rows=rows).batches == batches


def test_a_file_is_read_before_its_rows_are_brought_in() -> None:
    some = read_on(NEW, 1000, NOW)
    assert (some.state, some.rows, some.leased_until) == ("reading", 1000, NOW + LEASE)
    # After a crash it is read from the beginning, and yet no rows are taken back.
    assert read_on(some, 50, NOW).rows == 1000
    job, [started] = wholly_read(some, 1001, NOW)
    assert (job.state, job.rows, started.type) == ("running", 1001, "import_started")
    assert started.data["rows"] == 1001
    assert wholly_read(job, 1001, NOW) == (job, [])
    assert read_on(job, 50, NOW) == job


def test_whoever_stops_it_first_has_stopped_it_and_what_is_in_hand_still_counts() -> None:
    job = stop(JOB, STAFF)
    assert (job.state, job.stopped) == ("stopping", STAFF)
    assert stop(job, OTHER) == job
    job, told = advanced(job, 0, SOME, NOW)
    assert (job.state, told) == ("stopping", [])
    job, [stopped] = ended_early(job, NOW)
    assert (job.state, job.finished_at, job.kept_until) == ("stopped", NOW, NOW + KEPT)
    assert (stopped.type, stopped.data["rows"], stopped.data["taken"]) == (
        "import_stopped",
        JOB.rows,
        SOME.taken,
    )
    assert ended_early(job, NOW) == (job, [])
    assert stop(job, OTHER) == job
    assert claimed(job, NOW + LEASE) is None


def test_nobody_ends_what_nobody_has_stopped() -> None:
    assert ended_early(JOB, NOW) == (JOB, [])


def test_what_is_stopped_during_its_last_rows_is_done() -> None:
    job, [finished] = advanced(stop(replace(JOB, rows=1), STAFF), 0, Counts(taken=1), NOW)
    assert (job.state, finished.type) == ("done", "import_finished")


def test_a_file_is_stopped_while_it_is_read() -> None:
    job = stop(read_on(NEW, 1000, NOW), STAFF)
    assert job.state == "stopping"
    job, [stopped] = ended_early(job, NOW)
    assert (job.state, stopped.data["rows"], stopped.data["taken"]) == ("stopped", 1000, 0)


@pytest.mark.parametrize(
    "job",
    [
        JOB,
        NEW,
        stop(JOB, STAFF),
        replace(JOB, finished_at=NOW, counts=SOME),
        ended_early(stop(JOB, STAFF), NOW)[0],
    ],
)
def test_a_job_is_kept_whole_and_told(job: Job) -> None:
    document = documents.from_job(job)
    assert documents.to_job({"_id": job.handle, **document}) == replace(job, columns=list(job.columns))
    assert ("running" in document) is (job.finished_at is None)
    assert not ImportJob().validate(ImportJob().dump(views.of_job(job)))


def test_events_fit_the_contract() -> None:
    told = (
        *wholly_read(NEW, 7, NOW)[1],
        *advanced(replace(JOB, rows=1), 0, Counts(taken=1), NOW)[1],
        *ended_early(stop(JOB, STAFF), NOW)[1],
    )
    assert len(told) == 3
    for happening in told:
        schema = contract.events[happening.type].data()
        assert not schema.validate(schema.dump(happening.data))


def test_a_job_of_an_older_version_was_read_when_it_began() -> None:
    document = documents.from_job(JOB)
    for name in ("upload", "parts", "read", "stopped"):
        del document[name]
    assert documents.to_job({"_id": JOB.handle, **document}) == replace(JOB, columns=list(JOB.columns))
