"""The page that a sign-in link opens. Looking at it changes nothing: only its button signs in."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from flask import session as browser_memory
from flask.typing import ResponseReturnValue

from services.gateway.asking import call
from services.gateway.cookies import browser_token
from services.gateway.error_texts import status_of, text_of
from services.gateway.portal.preferences import take_over_language
from services.gateway.portal.sign_in_forms import CodeForm
from services.gateway.visitors import safe_next, start_session
from shared.kernel.errors import DomainError

_LINK = "/<string(maxlength=200):token>"

blueprint = Blueprint("sign_in_link", __name__, url_prefix="/login/link")


@blueprint.get(_LINK)
def show(token: str) -> ResponseReturnValue:
    """Say whom the link signs in, and ask for the code of the same e-mail in another browser."""
    return _page(token, CodeForm(formdata=None))


@blueprint.post(_LINK)
def use(token: str) -> ResponseReturnValue:
    """Sign in with the link."""
    form = CodeForm()
    asks_for_code = "code" in request.form
    if asks_for_code and not form.validate():
        return _page(token, form, 422)
    code = form.code.data if asks_for_code else None
    try:
        session = call("auth", "use_link", token=token, browser=browser_token(), code=code)
    except DomainError as error:
        if error.code == "not_found":
            return _page(token, form)
        form.code.errors = [text_of(error)]
        return _page(token, form, status_of(error))
    response = redirect(safe_next(browser_memory.get("next")))
    start_session(response, session["token"])
    take_over_language(response, session)
    return response


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """The address opens the portal: no other address is to learn of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page(token: str, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    try:
        link = call("auth", "get_link", token=token, browser=browser_token())
    except DomainError as error:
        if error.code != "not_found":
            raise
        return render_template("sign_in/link_over.html", state="unknown"), 404
    if link["state"] != "open":
        return render_template("sign_in/link_over.html", state=link["state"]), 410
    return render_template("sign_in/link.html", form=form, link=link), status
