"""What every form carries: protection against forgery, and the key that makes sending it twice harmless."""

from __future__ import annotations

import re

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect

from shared.kernel.ids import new_id

_KEY = re.compile(r"[\x21-\x7e]{8,100}")

csrf = CSRFProtect()


def idempotency_key() -> str:
    """The key that was minted when this form was rendered. A form without one is none of ours: 400."""
    key = request.form.get("key", "")
    if not _KEY.fullmatch(key):
        abort(400)
    return key


def set_up(app: Flask) -> None:
    """Check every change for forgery, and give templates ``new_key()`` for the hidden field."""
    # A token lives as long as the browser's session does, so that nothing typed is lost to a time limit.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
    app.jinja_env.globals["new_key"] = new_id
