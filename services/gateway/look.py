"""The merchant's accent colour, made readable: the same hue, as light or dark as its ground needs."""

from __future__ import annotations

from functools import lru_cache

from coloraide import Color
from flask import Blueprint, Flask, Response, request, url_for

from services.gateway.merchant import current_merchant

# WCAG 2.2 asks for 4.5; a little more keeps it after rounding to eight bits a channel.
_CONTRAST = 4.6
# The grounds of portico.css that accent-coloured text stands on, the least favourable ones.
_LIGHT_GROUND = "#f1f3f5"
_DARK_GROUND = "#262c33"
_WHITE, _BLACK = "#ffffff", "#0b0d10"

blueprint = Blueprint("look", __name__)


@blueprint.get("/look.css")
def stylesheet() -> Response:
    """The custom properties that follow from the merchant's accent colour."""
    accent = current_merchant()["accent"]
    response = Response(accent_css(accent), mimetype="text/css")
    if request.args.get("accent") == accent.removeprefix("#"):
        response.cache_control.public = True
        response.cache_control.max_age = 86_400
    else:
        response.cache_control.no_store = True
    return response


@lru_cache(maxsize=64)
def accent_css(accent: str) -> str:
    """The stylesheet for an accent colour ``#rrggbb``: one shade for light and one for dark surroundings."""
    light, dark = shades(accent)
    return f"{_root(light)}\n@media screen and (prefers-color-scheme:dark){{{_root(dark)}}}\n"


def shades(accent: str) -> tuple[str, str]:
    """The shades of an accent colour that are readable in light and in dark surroundings."""
    return readable(accent, _LIGHT_GROUND), readable(accent, _DARK_GROUND)


def readable(accent: str, ground: str) -> str:
    """The shade nearest to ``accent`` that is readable as text on ``ground``: both are ``#rrggbb``.

    Only the lightness moves (in OKLCh, where hue stays the same to the eye), away from the ground's.
    """
    color = Color(accent).convert("oklch")
    step = -0.01 if Color(ground).luminance() > 0.5 else 0.01
    while contrast(_hex(color), ground) < _CONTRAST:
        color["lightness"] += step
    return _hex(color)


def text_on(ground: str) -> str:
    """White or nearly black: whichever is more readable on ``ground``."""
    return max((_WHITE, _BLACK), key=lambda text: contrast(text, ground))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, 1 to 21."""
    return Color(one).contrast(Color(other), method="wcag21")


def set_up(app: Flask) -> None:
    """Serve the look, and give templates its address, which changes with the colour."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["look_url"] = lambda: url_for(
        "look.stylesheet", accent=current_merchant()["accent"].removeprefix("#")
    )


def pressed(accent: str) -> str:
    """The shade of a button that the pointer is on: a step away from its text, which stays readable so."""
    color = Color(accent).convert("oklch")
    color["lightness"] += 0.05 if text_on(accent) == _BLACK else -0.05
    return _hex(color)


def _root(accent: str) -> str:
    return f":root{{--accent:{accent};--accent-pressed:{pressed(accent)};--on-accent:{text_on(accent)}}}"


def _hex(color: Color) -> str:
    return color.convert("srgb").fit(method="oklch-chroma").to_string(hex=True)
