"""What each answer tells the browser: what it may load, where forms may lead, and what it may keep."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
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

from shared.settings import Settings

_A_YEAR = 365 * 24 * 3600


def set_up(app: Flask, settings: Settings) -> None:
    """Put the safety headers on every answer, and forbid keeping what is somebody's own."""
    safety = _safety(settings).headers

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in safety.items():
            response.headers.setdefault(name, value)
        # Static files and the look name their version in the address; all else is for this visitor, now.
        if request.endpoint not in ("static", "look.stylesheet"):
            response.headers["Cache-Control"] = "no-store"
        return response


def _safety(settings: Settings) -> Secure:
    # A form that leads on to the payment provider's page is a redirect, which form-action covers, too.
    provider = urlsplit(settings.sandbox_url)
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .style_src("'self'")
        .script_src("'self'")
        .img_src("'self'")
        .form_action("'self'", f"{provider.scheme}://{provider.netloc}")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )
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
