"""The gateway's Flask application."""

from __future__ import annotations

import time

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from services.gateway import (
    admin,
    assets,
    errors,
    formats,
    forms,
    handles,
    headers,
    languages,
    logo,
    look,
    merchant,
    navigation,
    operations,
    own_texts,
    portal,
    previews,
    request_log,
    time_zones,
    uploads,
    visitors,
    webhooks,
)
from services.gateway.api import docs, views
from services.gateway.asking import Client, LazyClient
from services.gateway.cookies import BrowserMemory
from shared.contracts.registry import CONTRACTS
from shared.messaging.client import RpcClient
from shared.messaging.deadlines import set_deadline
from shared.sealing import derive_key
from shared.settings import Settings, load_settings

_MOST_BYTES_OF_A_FORM = 256 * 1024
_SECONDS_FOR_A_PAGE = 4.0


class Gateway(Flask):
    """Flask, but for what it logs of faults."""

    def log_exception(self, exc_info: object) -> None:
        """Nothing: Flask would write the address, which may hold a secret. ``errors`` reports by the route."""


def create_app(settings: Settings | None = None, client: Client | None = None) -> Flask:
    """The application. Tests hand in their own settings and a client that needs no broker."""
    settings = settings or load_settings()
    app = Gateway(__name__)
    app.config.update(
        SECRET_KEY=derive_key(settings.secret, "gateway.browser_memory"),
        SESSION_COOKIE_SECURE=settings.public_is_https,
        MAX_CONTENT_LENGTH=_MOST_BYTES_OF_A_FORM,
        PUBLIC_URL=settings.public_url.rstrip("/"),
    )
    app.session_interface = BrowserMemory()
    app.extensions["portico_client"] = client or LazyClient(lambda: _rpc_client(settings))
    # To an address with a slash too many werkzeug answers with a redirect to the host that the visitor claims to want.
    app.url_map.merge_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.public_is_https:
        # Gunicorn speaks plain HTTP, so exactly one proxy stands in front and tells who is calling.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    request_log.set_up(app)
    app.before_request(_set_deadline)
    app.teardown_request(_forget_deadline)
    Babel(app, locale_selector=languages.select_language, timezone_selector=time_zones.select_time_zone)
    for part in (
        uploads,
        languages,
        assets,
        errors,
        formats,
        forms,
        handles,
        logo,
        look,
        merchant,
        own_texts,
        time_zones,
        visitors,
        previews,
        portal,
        navigation,
        admin,
    ):
        part.set_up(app)
    views.set_up(app, settings)
    docs.set_up(app)
    webhooks.set_up(app)
    headers.set_up(app, settings)
    app.register_blueprint(operations.blueprint)
    return app


def _rpc_client(settings: Settings) -> Client:
    return RpcClient(settings.amqp_uri.get_secret_value(), CONTRACTS)


def _forget_deadline(error: BaseException | None) -> None:
    del error
    set_deadline(None)


def _set_deadline() -> None:
    # All calls of a request share this time, so that also a page whose services are away comes within it.
    set_deadline(time.time() + _SECONDS_FOR_A_PAGE)
