"""What the pages of the merchant's settings have in common: a form, what is wrong with it, and what others saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from services.gateway.admin.desk import Desk
from services.gateway.admin.saving import refused
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import problems_of, sent_before, sent_version
from shared.kernel.errors import DomainError

Merchant = dict[str, Any]


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
        current = refused(error, form)
        about_all = [] if form.errors else [text_of(error)]
        page = self.written(
            form,
            current["version"] if current else sent_version(),
            key=sent_before(error),
            problems=problems_of(form, *about_all),
            meanwhile=form.other_than(current) if current else {},
        )
        return page, status_of(error)
