"""Customers: files with many of them, brought in as a job that goes on by itself."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import Change, Handle, Listing, Message, Moment, OneOf, Request, Text

# Longer ones are brought in by the command line, which reads the file bit by bit.
MOST_CHARACTERS = 1_900_000
JOB_STATES = ("running", "done")
OUTCOMES = ("kept", "refused")


class BeginImport(Change):
    """A CSV file with customers: its columns are described in docs/importing.md. ``content`` is its text."""

    file_name = Text(200, required=True)
    content = fields.String(required=True, validate=validate.Length(1, MOST_CHARACTERS))


class ImportJob(Message):
    """A file that is brought in, or has been.

    ``rows`` are all of it; ``taken`` were brought in, ``kept`` were there already, ``refused`` can't be used, and
    ``reported`` have a line in the report: those that were refused, and those that are there with other contents.
    ``columns`` are those of the file. A job that is done is kept until ``kept_until``.
    """

    job = Handle(required=True)
    file_name = fields.String(required=True)
    state = OneOf(JOB_STATES, required=True)
    rows = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    reported = fields.Integer(required=True)
    columns = fields.List(fields.String(), required=True)
    started_by = fields.String(required=True)
    started_at = Moment(required=True)
    finished_at = Moment(required=True, allow_none=True)
    kept_until = Moment(required=True, allow_none=True)


class GetImport(Request):
    """The handle of a job."""

    job = Handle(required=True)


class ListImports(Listing):
    """All jobs that are still known, the latest first."""


class ImportJobs(Message):
    """A page of jobs."""

    items = fields.List(fields.Nested(ImportJob), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ListImportReport(Listing):
    """The rows of a job that were not brought in as they stand, in the file's order."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    job = Handle(required=True)


class RowProblem(Message):
    """What is wrong in a row: a code, in which column; empty where it is about the whole row."""

    column = fields.String(required=True)
    code = fields.String(required=True)


class ReportedRow(Message):
    """A row with its number, as a spreadsheet counts, and its cells by column.

    ``kept``: there is such a customer with other contents, who stays as they are.
    """

    row = fields.Integer(required=True)
    outcome = OneOf(OUTCOMES, required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)
    cells = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ImportReport(Message):
    """A page of the report."""

    items = fields.List(fields.Nested(ReportedRow), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ImportStarted(Message):
    """``import_started``."""

    job = Handle(required=True)
    file_name = fields.String(required=True)
    rows = fields.Integer(required=True)


class ImportFinished(ImportStarted):
    """``import_finished``: how many rows were brought in, were there already, and were refused."""

    taken = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    refused = fields.Integer(required=True)
