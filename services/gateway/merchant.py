"""The merchant's name, look and settings, as each page shows them."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g

from services.gateway import process_memory
from services.gateway.asking import call
from services.gateway.brief import Brief
from shared.contracts.customer_words import Merchant
from shared.kernel.errors import DomainError
from shared.logging import get_logger

log = get_logger("portico")

_SECONDS = 1.0
# What pages look like while nobody can say who the merchant is.
_NOBODY: dict[str, Any] = Merchant().load({"company": {"name": "Portico"}}) | {"version": 0, "logo": None}


class Merchants:
    """The merchant's settings, at most a second old; the last ones known while customers is away."""

    def __init__(self) -> None:
        self._fresh: Brief[dict[str, Any]] = Brief(_SECONDS)
        self.last_known = _NOBODY

    def current(self) -> dict[str, Any]:
        """The settings for this request."""
        return self._fresh.get("", self._ask)

    def _ask(self) -> dict[str, Any]:
        try:
            self.last_known = _named(call("customers", "get_merchant"))
        except DomainError as error:
            # A page that can do without the look is better than none; a second later we ask again.
            log.warning("merchant_not_known", code=error.code)
        return self.last_known


def _named(merchant: dict[str, Any]) -> dict[str, Any]:
    """The merchant under our own name until somebody has said theirs."""
    company = merchant["company"]
    name = company["name"] or _NOBODY["company"]["name"]
    # A customers service of before knows of no logo.
    return {"logo": None, **merchant, "company": company | {"name": name}}


def current_merchant() -> dict[str, Any]:
    """The merchant's settings: one snapshot for the whole request."""
    if "merchant" not in g:
        merchants: Merchants = current_app.extensions["portico_merchants"]
        g.merchant = merchants.current()
    return g.merchant


def frame_origins() -> list[str]:
    """The origins whose pages may show the portal in a frame."""
    return list(current_merchant().get("frame_origins", ()))


def headline(language: str) -> str:
    """What the merchant says on the page to sign in, in ``language`` or else in its own; empty for nothing."""
    merchant = current_merchant()
    headlines: dict[str, str] = merchant.get("headlines", {})
    return headlines.get(language) or headlines.get(merchant["default_language"], "")


def set_up(app: Flask) -> None:
    """Give templates ``merchant``."""
    process_memory.keep(app, "portico_merchants", Merchants)
    # Cookies are below the merchant, whose settings are asked for in a language that may come from a cookie.
    app.extensions["portico_frame_origins"] = frame_origins
    app.context_processor(lambda: {"merchant": current_merchant()})
    app.jinja_env.globals["headline"] = headline
