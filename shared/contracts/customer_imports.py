"""Customers: files with many of them, brought in as a job that goes on by itself."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from shared.contracts.base import Change, Handle, Listing, Message, Moment, OneOf, Request, Text

# Of a text that is sent at once: with all that stands around it, it fits into a message and into a document.
MOST_CHARACTERS = 1_900_000
# Of a longer one, which is sent before in parts. Still longer ones are brought in by the command line.
MOST_OF_A_PART = 1_000_000
MOST_PARTS = 24
JOB_STATES = ("reading", "running", "stopping", "stopped", "done")
OUTCOMES = ("kept", "refused")


class PutImportPart(Change):
    """A part of a file's text that is too long to be sent at once: ``part`` counts from 0.

    ``upload`` is a name of the sender's own for the whole text, under which nothing else was sent. The text may be
    cut anywhere. Parts that no import takes within a day are forgotten.
    """

    upload = Handle(required=True)
    part = fields.Integer(required=True, validate=validate.Range(0, MOST_PARTS - 1))
    content = fields.String(required=True, validate=validate.Length(1, MOST_OF_A_PART))


class ImportPart(Message):
    """A part that is kept."""

    upload = Handle(required=True)
    part = fields.Integer(required=True)


class BeginImport(Change):
    """A CSV file with customers: its columns are described in docs/importing.md.

    Its text is ``content``, or what was sent before as all ``parts`` of ``upload``.
    """

    file_name = Text(200, required=True)
    content = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, MOST_CHARACTERS))
    upload = Handle(load_default=None, allow_none=True)
    parts = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, MOST_PARTS))

    @validates_schema
    def _has_one_text(self, asked: dict[str, Any], **_: Any) -> None:
        sent = asked.get("upload") is not None and asked.get("parts") is not None
        if sent == (asked.get("content") is not None):
            raise ValidationError("Either content, or upload with parts.")


class ImportJob(Message):
    """A file that is brought in, or has been.

    ``rows`` are all of it, or, while it is ``reading``, those that were read so far; ``taken`` were brought in,
    ``kept`` were there already, ``refused`` can't be used, and ``reported`` have a line in the report: those that
    were refused, and those that are there with other contents.
    ``columns`` are those of the file. A job that is done, or was stopped, is kept until ``kept_until``; one that is
    ``stopping`` still brings in the few rows that it has in hand.
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


class StopImport(Change):
    """Bring in no more rows. What is in stays in. A job that has ended stays as it is."""

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
    """``import_started``: the file was read, and its rows are brought in from now on."""

    job = Handle(required=True)
    file_name = fields.String(required=True)
    rows = fields.Integer(required=True)


class ImportFinished(ImportStarted):
    """``import_finished``: how many rows were brought in, were there already, and were refused."""

    taken = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class ImportStopped(ImportFinished):
    """``import_stopped``: the same of the rows that were done by then."""
