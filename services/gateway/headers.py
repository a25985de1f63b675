"""What each answer tells the browser: what it may load, where forms may lead, and what it may keep."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from services.gateway.merchant import frame_origins
from shared.settings import Settings

_A_YEAR = 365 * 24 * 3600
_NEVER_FRAMED = ("/admin", "/api")
# What may be kept names its version in its address.
_KEPT = frozenset({"static", "look.stylesheet", "logo.show", "api_docs.viewer"})


def set_up(app: Flask, settings: Settings) -> None:
    """Put the safety headers on every answer, and forbid keeping what is somebody's own."""
    safety = _safety(settings, _policy(settings)).headers
    # The documentation's viewer asks the API, and has its pictures within its stylesheet.
    docs_policy = _policy(settings).connect_src("'self'").img_src("'self'", "data:")
    safety_of_docs = _safety(settings, docs_policy).headers

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in (safety_of_docs if request.endpoint == "api_docs.show" else safety).items():
            response.headers.setdefault(name, value)
        origins = _framed_by()
        if origins:
            framed = _policy(settings, "'self'", *origins)
            response.headers["Content-Security-Policy"] = framed.header_value
            # It can name no origins; browsers that know of frame-ancestors don't look at it.
            del response.headers["X-Frame-Options"]
        # All else is for this visitor, now.
        if request.endpoint not in _KEPT or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response


def _framed_by() -> list[str]:
    """The origins whose pages may frame this answer: those that the merchant has set, for pages of the portal only.

    A page has looked at the merchant's settings by now; what has not is no page.
    """
    if request.path.startswith(_NEVER_FRAMED) or "merchant" not in g:
        return []
    return frame_origins()


def _policy(settings: Settings, *framed_by: str) -> ContentSecurityPolicy:
    # A form that leads on to the payment provider's page is a redirect, which form-action covers, too.
    provider = urlsplit(settings.sandbox_url)
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .style_src("'self'")
        .script_src("'self'")
        .img_src("'self'")
        .form_action("'self'", f"{provider.scheme}://{provider.netloc}")
        .base_uri("'none'")
        .frame_ancestors(*(framed_by or ("'none'",)))
    )


def _safety(settings: Settings, policy: ContentSecurityPolicy) -> Secure:
    return Secure(
        csp=policy,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        hsts=StrictTransportSecurity().max_age(_A_YEAR) if settings.public_is_https else None,
        permissions=PermissionsPolicy().camera().microphone().geolocation().payment(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions(),
        xfo=XFrameOptions().deny(),
    )
