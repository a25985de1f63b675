"""The pages on which a customer enters a card or an account.

The secret in their address is what keeps others from sending these forms: nobody else knows it, and once
something was taken there is nothing more to send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.payments.sandbox.checks import Entered, Mistakes, check_account, check_card, compact
from services.payments.sandbox.model import Method, Setup, State
from services.payments.sandbox.provider import Sandbox
from services.payments.sandbox.test_numbers import CARDS, IBANS
from services.payments.sandbox.texts import TEXTS, choose_language

Page = str | Response | tuple[str, int]
_ADDRESS = "/setup/<setup_id>/<secret>"
_NUMBERS = {"card": CARDS, "sepa_debit": IBANS}
# Where the form has the number.
_FIELD = {"card": "number", "sepa_debit": "iban"}


def pages(sandbox: Sandbox) -> Blueprint:
    """The blueprint of the pages."""
    blueprint = Blueprint("pages", __name__)

    def wanted(setup_id: str, secret: str) -> Setup:
        setup = sandbox.find_for_customer(setup_id, secret)
        if setup is None:
            abort(404)
        return setup

    @blueprint.get(_ADDRESS)
    def show(setup_id: str, secret: str) -> Page:
        setup = wanted(setup_id, secret)
        if setup.ended:
            return _render("ended.html", setup)
        if setup.state is State.CHALLENGED:
            return _render("challenge.html", setup)
        # Whoever has chosen what to enter has read why the last number was not taken.
        return _form(setup, _kind(request.args), refusal=None if "kind" in request.args else setup.refusal)

    @blueprint.post(_ADDRESS)
    def enter(setup_id: str, secret: str) -> Page:
        setup = wanted(setup_id, secret)
        if setup.state is not State.OPEN:
            return _again()
        kind = _kind(request.form)
        checked = _check(kind, setup, sandbox.clock.now())
        if isinstance(checked, Mistakes):
            return _form(setup, kind, mistakes=checked.fields), 422
        method = _completed(checked.method, kind, setup, sandbox)
        step = partial(Setup.entered, method=method, behaviour=checked.behaviour)
        after = sandbox.step(setup, step)
        if after.state is State.OPEN:
            return _form(after, kind, refusal=after.refusal), 422
        return _onward(after)

    @blueprint.post(f"{_ADDRESS}/challenge")
    def answer_challenge(setup_id: str, secret: str) -> Page:
        confirmed = request.form.get("answer") == "confirm"
        step = partial(Setup.challenge_answered, confirmed=confirmed)
        return _onward(sandbox.step(wanted(setup_id, secret), step))

    @blueprint.post(f"{_ADDRESS}/cancel")
    def cancel(setup_id: str, secret: str) -> Page:
        return _onward(sandbox.step(wanted(setup_id, secret), Setup.cancelled))

    return blueprint


def _kind(chosen: Mapping[str, str]) -> str:
    return "sepa_debit" if chosen.get("kind") == "sepa_debit" else "card"


def _check(kind: str, setup: Setup, now: datetime) -> Entered | Mistakes:
    method_id = f"sm_{token_hex(12)}"
    if kind == "card":
        return check_card(request.form, method_id, now)
    return check_account(request.form, method_id, setup.mandate_reference, now)


def _completed(method: Method, kind: str, setup: Setup, sandbox: Sandbox) -> Method:
    """With the fingerprint of its number, and with the mandate as it stood on the page."""
    fingerprint = sandbox.fingerprint_of(compact(request.form[_FIELD[kind]]))
    text = TEXTS[choose_language(request, setup.language)]["mandate"] if method.mandate else ""
    return replace(method, fingerprint=fingerprint, mandate_text=text)


def _onward(setup: Setup) -> Response:
    """Back to the merchant when all is said; else to the page with the next step."""
    return redirect(setup.return_url, 303) if setup.ended else _again()


def _again() -> Response:
    arguments: Mapping[str, Any] = request.view_args or {}
    return redirect(url_for("pages.show", **arguments, lang=request.args.get("lang")), 303)


def _form(
    setup: Setup, kind: str, *, mistakes: Mapping[str, str] | None = None, refusal: str | None = None
) -> str:
    return _render(
        f"{kind}.html",
        setup,
        kind=kind,
        mistakes=mistakes or {},
        refusal=refusal,
        entered=request.form,
        numbers=_NUMBERS[kind],
    )


def _render(template: str, setup: Setup, **values: Any) -> str:
    language = choose_language(request, setup.language)
    return render_template(template, setup=setup, language=language, text=TEXTS[language], **values)
