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
    new_job,
    released,
)
from shared.contracts.customer_imports import ImportJob
from shared.contracts.customers import contract

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
STAFF = Origin("staff:jane", "ses-1", "192.0.2.7", "Firefox", "de")
JOB = Job("imp-1", "customers.csv", ("email", "country"), 2 * BATCH + 1, STAFF, NOW, NOW)
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


@pytest.mark.parametrize("job", [JOB, replace(JOB, finished_at=NOW, counts=SOME)])
def test_a_job_is_kept_whole_and_told(job: Job) -> None:
    document = documents.from_job(job)
    assert documents.to_job({"_id": job.handle, **document}) == replace(job, columns=list(job.columns))
    assert ("running" in document) is (job.finished_at is None)
    assert not ImportJob().validate(ImportJob().dump(views.of_job(job)))


def test_events_fit_the_contract() -> None:
    for happening in (*new_job(JOB), *advanced(replace(JOB, rows=1), 0, Counts(taken=1), NOW)[1]):
        schema = contract.events[happening.type].data()
        assert not schema.validate(schema.dump(happening.data))
