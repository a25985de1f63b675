"""Bringing in files with many customers: sending one, watching it, and its report."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.import_texts import file_text, problem_text
from services.gateway.admin.imported_files import MOST_BYTES, MOST_MEGABYTES, send
from services.gateway.admin.naming import names_of
from services.gateway.admin.saving import form_page
from services.gateway.forms import idempotency_key
from services.gateway.uploads import takes_files_of
from shared.customer_csv import COLUMNS, FileRefused, Report
from shared.kernel.errors import DomainError

blueprint = Blueprint("admin_imports", __name__, url_prefix="/admin/import")

# Whoever sends a little too much is told so beside the field. Far more than that nobody reads.
_MOST_BYTES = 2 * MOST_BYTES
_MOST_NAME = 200
_SHOWN, _A_PAGE = 100, 1000


class FileForm(FlaskForm):
    """Which file."""

    file = FileField(_("CSV file"))


@blueprint.get("")
@staff_page(needs="customers.begin_import")
def show_all(desk: Desk) -> ResponseReturnValue:
    """The form for a file, and what was brought in lately."""
    return _page(desk, FileForm(formdata=None))


@blueprint.post("")
@takes_files_of(_MOST_BYTES)
@staff_page
def begin(desk: Desk) -> ResponseReturnValue:
    """Take the file; the rest is done while the next page tells how far it is."""
    form = FileForm()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.file.errors = [gettext("Please choose a file.")]
        return _page(desk, form)
    try:
        with closing(sent):
            job = send(desk, sent.stream, name=_name(sent.filename), key=idempotency_key())
    except FileRefused as error:
        form.file.errors = [file_text(error.code, error.columns)]
        return _page(desk, form)
    except DomainError as error:
        if error.code != "invalid_file":
            raise
        form.file.errors = [file_text(error.params["reason"], error.params["columns"])]
        return _page(desk, form)
    flash(gettext("The file was taken. Its rows are brought in now."))
    return redirect(url_for(".show", job=job), 303)


@blueprint.post("/<handle:job>/stop")
@staff_page
def stop(desk: Desk, job: str) -> ResponseReturnValue:
    """Bring in no more of it. What is in stays in, and may be brought in again: nobody is asked twice."""
    stopped = desk.call("customers", "stop_import", job=job, key=idempotency_key())
    if stopped["state"] == "done":
        flash(gettext("All rows were done already: there was nothing to stop."))
    else:
        flash(gettext("No more rows are brought in. What was brought in stays."))
    return redirect(url_for(".show", job=job), 303)


@blueprint.get("/<handle:job>")
@staff_page
def show(desk: Desk, job: str) -> ResponseReturnValue:
    """How far a file is, and which rows were not brought in as they stand."""
    getting = desk.begin("customers", "get_import", job=job)
    reported = desk.begin("customers", "list_import_report", job=job, limit=_SHOWN)
    found = getting.result()
    names = names_of(desk, [found["started_by"]])
    return render_template(
        "admin/imports/show.html",
        job=found,
        runs=found["finished_at"] is None,
        may_stop=desk.may("customers", "stop_import"),
        done=found["taken"] + found["kept"] + found["refused"],
        by=names.of(found["started_by"]),
        report=reported.result(),
        problem_text=problem_text,
    )


@blueprint.get("/<handle:job>/report.csv")
@staff_page
def report(desk: Desk, job: str) -> ResponseReturnValue:
    """All those rows as a file that can be mended and brought in again."""
    found = desk.call("customers", "get_import", job=job)
    written = io.StringIO(newline="")
    rows = Report(written, found["columns"])
    outcomes = {"refused": gettext("refused"), "kept": gettext("there already")}
    for row in _reported(desk, job):
        reason = "; ".join(problem_text(problem) for problem in row["problems"])
        rows.add(row["row"], outcomes[row["outcome"]], reason, row["cells"])
    response = Response(written.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"report-{job}.csv")
    return response


def _reported(desk: Desk, job: str) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        page = desk.call("customers", "list_import_report", job=job, limit=_A_PAGE, cursor=cursor)
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _page(desk: Desk, form: FileForm) -> ResponseReturnValue:
    jobs = desk.call("customers", "list_imports", limit=25)
    return form_page(
        "admin/imports/list.html",
        (form,),
        None,
        form=form,
        jobs=jobs["items"],
        columns=tuple(COLUMNS),
        most_megabytes=MOST_MEGABYTES,
    )


def _name(path: str) -> str:
    """The file's name without the folders that some browsers tell, and without what no name has."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in name if character.isprintable())[:_MOST_NAME] or "customers.csv"
