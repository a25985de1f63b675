"""The sandbox's Flask application."""

from __future__ import annotations

from threading import Event
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, render_template, request
from pymongo import MongoClient
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from services.payments.sandbox.api import api
from services.payments.sandbox.pages import pages
from services.payments.sandbox.provider import Sandbox
from services.payments.sandbox.repository import SetupStore
from services.payments.sandbox.sending import Sender
from services.payments.sandbox.texts import TEXTS, choose_language
from shared.kernel.clock import Clock, SystemClock
from shared.settings import Settings
from shared.webhooks import Secret

_LARGEST_REQUEST = 16 * 1024


def create_app(settings: Settings, client: MongoClient[dict[str, Any]], clock: Clock | None = None) -> Flask:
    """The provider's pages and API. ValueError without a key for the API, or with a webhook secret that is none.

    Whoever serves it runs ``app.extensions["sandbox_sender"]``, unless that is None: there is nobody to be told then.
    """
    key = settings.sandbox_key.get_secret_value().encode()
    if not key:
        raise ValueError("SANDBOX_KEY is not set: the sandbox provider needs a key for its API")
    database = client[f"{settings.database_prefix}sandbox"]
    store, clock, awake = SetupStore(database), clock or SystemClock(), Event()
    webhook_secret = settings.sandbox_webhook_secret.get_secret_value()
    sandbox = Sandbox(
        store=store,
        clock=clock,
        key=key,
        url=settings.sandbox_url.rstrip("/"),
        merchant_url=settings.public_url,
        tell=awake.set if webhook_secret else None,
    )
    app = Flask(__name__)
    app.extensions["sandbox_sender"] = (
        Sender(sandbox, awake, Secret.read(webhook_secret), settings.sandbox_webhooks)
        if webhook_secret
        else None
    )
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(api(sandbox))
    app.register_blueprint(pages(sandbox))
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.register_error_handler(HTTPException, _error_page)
    policy = _content_security_policy(settings.public_url)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _content_security_policy(merchant_url: str) -> str:
    """No script and nothing inline. Browsers hold the redirect after a form against ``form-action``, too."""
    merchant = urlsplit(merchant_url)
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            f"form-action 'self' {merchant.scheme}://{merchant.netloc}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _error_page(error: HTTPException) -> tuple[str, int]:
    language = choose_language(request)
    code = "gone" if error.code == 404 else "error"
    page = render_template("error.html", language=language, text=TEXTS[language], code=code)
    return page, error.code or 500
