"""What is said of the events of customers: details, bill groups, settings, imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from services.gateway.formats import number
from services.gateway.preference_forms import language_name
from services.gateway.text_words import KINDS as TEXT_KINDS

_Data = Mapping[str, Any]


def _contact(role: str) -> str:
    return _("billing contact") if role == "billing" else _("shipping contact")


def _access(data: _Data) -> str:
    if data["access"] == "on":
        return _("The portal was opened for the customer")
    return _("The portal was closed for the customer")


def _email_asked(data: _Data) -> str:
    asked = {"new": data["email"], "former": data["former"]}
    if data.get("again"):
        return _("Another link to confirm %(new)s was asked for, in place of %(former)s", **asked)
    return _("A new e-mail address waits for confirmation: %(new)s in place of %(former)s", **asked)


def _finished(data: _Data) -> str:
    return _(
        "Import of %(file)s finished: %(taken)s brought in, %(kept)s there already, %(refused)s refused",
        file=data["file_name"],
        taken=number(data["taken"]),
        kept=number(data["kept"]),
        refused=number(data["refused"]),
    )


def _stopped(data: _Data) -> str:
    return _(
        "Import of %(file)s stopped: %(taken)s brought in, %(kept)s there already, %(refused)s refused",
        file=data["file_name"],
        taken=number(data["taken"]),
        kept=number(data["kept"]),
        refused=number(data["refused"]),
    )


def _started(data: _Data) -> str:
    rows = ngettext("%(num)d row", "%(num)d rows", data["rows"])
    return _("Import of %(file)s began: %(rows)s", file=data["file_name"], rows=rows)


def _text(data: _Data) -> str:
    # Another version may know of more kinds of texts.
    name, _where = TEXT_KINDS.get(data["kind"], (data["kind"], ""))
    return _("Own text changed: %(text)s (%(language)s)", text=name, language=language_name(data["language"]))


def _bill_group(data: _Data) -> str:
    if data.get("imported"):
        return _("Bill group in %(currency)s brought in", currency=data["currency"])
    return _("Bill group in %(currency)s added", currency=data["currency"])


WORDS: dict[str, Callable[[_Data], str]] = {
    "customer_created": lambda data: (
        _("Customer brought in from a file") if data.get("imported") else _("Customer created")
    ),
    "customer_changed": lambda _data: _("Customer changed"),
    "customer_access_changed": _access,
    "bill_group_created": _bill_group,
    "bill_group_changed": lambda _data: _("Settings of the bill group changed"),
    "contact_changed": lambda data: _("Contact changed: %(contact)s", contact=_contact(data["role"])),
    "contact_removed": lambda data: _("Contact removed: %(contact)s", contact=_contact(data["role"])),
    "email_change_requested": _email_asked,
    "email_change_withdrawn": lambda data: _(
        "The e-mail address %(email)s waits no longer for confirmation", email=data["email"]
    ),
    "numbers_changed": lambda _data: _("Numbers for invoices changed"),
    "preferences_changed": lambda data: _("Preferences changed: %(contact)s", contact=_contact(data["role"])),
    "note_added": lambda _data: _("Note"),
    "merchant_changed": lambda _data: _("Settings changed"),
    "text_changed": _text,
    "import_started": _started,
    "import_finished": _finished,
    "import_stopped": _stopped,
}

# Texts of several lines that stand below the sentence as they were written.
QUOTED = {"note_added": "text"}
