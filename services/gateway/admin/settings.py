"""What the pages of the merchant's settings have in common: a form, what is wrong with it, and what others saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from services.gateway.admin.desk import Desk
from services.gateway.contact_forms import sent_version
from services.gateway.error_texts import field_texts, status_of, text_of
from services.gateway.forms import problems_of, sent_before, show_errors
from shared.kernel.errors import DomainError, Kind

Merchant = dict[str, Any]


class SettingsForm(Protocol):
    """A form over some of the merchant's settings."""

    def other_than(self, merchant: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``merchant`` has where the form has something else, as people read it."""
        ...


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """A page with such a form. ``saves`` is the method of customers that does it; ``more`` is for its template."""

    template: str
    saves: str
    desk: Desk
    merchant: Merchant
    more: dict[str, Any] = field(default_factory=dict)

    def show(self, form: FlaskForm, version: int | None = None, **more: Any) -> ResponseReturnValue:
        """The form as things are, or as it was sent; ``version`` is what it was made from."""
        return self.written(form, version, **more), 422 if form.errors else 200

    def written(self, form: FlaskForm, version: int | None = None, **more: Any) -> str:
        """The same page, without a status."""
        return render_template(
            self.template,
            form=form,
            version=self.merchant["version"] if version is None else version,
            may_change=self.desk.may("customers", self.saves),
            **({"key": None, "problems": problems_of(form), "meanwhile": {}} | self.more | more),
        )

    def show_again(self, form: Any, error: DomainError) -> ResponseReturnValue:
        """The form with what is wrong, or with what somebody else saved meanwhile. Raises what no form can help."""
        current: Merchant | None = None
        if error.code == "changed_meanwhile":
            current = error.params["current"]
        else:
            texts = field_texts(error)
            again = error.code == "invalid_request" or error.kind in (Kind.RETRY, Kind.UNKNOWN)
            if not texts and not again:
                raise error
            show_errors(form, texts)
        about_all = [] if form.errors else [text_of(error)]
        page = self.written(
            form,
            current["version"] if current else sent_version(),
            key=sent_before(error),
            problems=problems_of(form, *about_all),
            meanwhile=form.other_than(current) if current else {},
        )
        return page, status_of(error)
