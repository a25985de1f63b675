"""What is said of files and rows that can't be brought in, by their codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from services.gateway.admin.imported_files import MOST_MEGABYTES
from services.gateway.error_texts import FIELD_TEXTS

FILE_TEXTS: dict[str, LazyString] = {
    "not_utf8": _("The text is not in UTF-8. Please save the file as “CSV UTF-8” in your spreadsheet."),
    "no_rows": _("There are no rows in this file."),
    "no_delimiter": _(
        "This is no CSV file with commas or semicolons and a first row with the columns' names."
    ),
    "unknown_columns": _("These columns are not known here: %(columns)s. Please rename or remove them."),
    "doubled_columns": _("These columns are there twice: %(columns)s. Please remove one of each."),
    "missing_columns": _("These columns are missing: %(columns)s. Please add them."),
    "too_large": _(
        "This file has more than %(megabytes)s MB. Please send it in several files, or use the command in "
        "docs/importing.md."
    ),
    "incomplete": _("The file did not arrive whole. Please send it again."),
}
# Of rows, beside what is said of fields elsewhere.
ROW_TEXTS: dict[str, LazyString] = {
    "invalid_handle": _("Only letters, digits, _, @ and - can be used here."),
    "invalid_currency": _("This is no currency's three letters, like EUR."),
    "invalid_language": _("This is no language tag, like de."),
    "invalid_access": _("Please write on, off or default."),
    "invalid_day": _("This is no day like 2026-01-31 or 31.01.2026."),
    "doubled": _("This customer stands in a row above already."),
    "too_many_cells": _("There are more cells than columns. Is there a separator within a cell?"),
    "unreadable_row": _("A quotation mark is out of place, so that this row can't be read."),
    "already_exists": _("This customer is there already, with other details. They stay as they are."),
    "internal": _("Something went wrong on our side. Please bring this row in again."),
}
_OTHER = _("This row can't be used. Please check it.")


def file_text(code: str, columns: Sequence[str]) -> str:
    """What to do about a file that can't be used."""
    text = FILE_TEXTS.get(code)
    if text is None:
        return gettext("This file can't be used. It takes a CSV file with customers.")
    named = ", ".join(f"“{name}”" for name in columns)
    return str(text) % {"columns": named, "megabytes": format_decimal(MOST_MEGABYTES)}


def problem_text(problem: Mapping[str, str]) -> str:
    """What is wrong in a row, with the column that it is about."""
    code = problem["code"]
    text = str(ROW_TEXTS.get(code) or FIELD_TEXTS.get(code) or _OTHER)
    return f"{problem['column']}: {text}" if problem["column"] else text
