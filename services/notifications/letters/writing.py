"""Writes letters: one template says what, once for HTML and once for plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from services.notifications.letters.words import Words
from shared.placeholders.html import paragraphs
from shared.placeholders.template import plain

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject line and its content in both forms."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the merchant. ``accent`` is a colour ``#rrggbb``, ``portal`` the portal's address, ``language`` the
    one that they speak with those of whom they know none.

    ``logo``, where there is one, has the ``version`` that its address names, and its ``width`` and ``height``.
    """

    name: str
    email: str
    accent: str
    portal: str
    address: str
    logo: Mapping[str, Any] | None = None
    legal_name: str = ""
    phone: str = ""
    website: str = ""
    language: str = ""


class Unwritable(Exception):
    """There is no letter for this event, or the event lacks what its letter needs."""


class Writer:
    """Keeps the templates, which are read once."""

    def __init__(self) -> None:
        self._html = _environment("html", is_markup=True)
        self._text = _environment("text", is_markup=False)
        # Only our own style sheet is inlined: nothing is fetched from anywhere.
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False)

    def write(self, event: str, language: str, sender: Sender, facts: Mapping[str, Any]) -> Letter:
        """The letter for ``event`` (``service.type``) in a language of ``LANGUAGES``.

        ``facts``: the event's ``data``, ``name`` (whom to greet), ``is_former`` (whether it goes to an
        address that is no longer in use), and for signing in the ``code``, whether it is offered as a way in by itself
        (``by_code``), the ``link`` (or nothing) and the ``minutes`` that both are valid; for what staff are told of
        their own access the moment ``at`` which it was done. ``opening`` and ``signature``
        are what the merchant says, filled (``shared.placeholders.template.Part``).
        Raises Unwritable.
        """
        given = {
            "opening": (),
            "signature": (),
            **facts,
            "sender": sender,
            "language": language,
            "words": Words(language),
        }
        given["on_accent"] = readable_on(sender.accent)
        try:
            return self._rendered(f"{language}/{event.partition('.')[2]}.jinja", given)
        except TemplateError as error:
            raise Unwritable(event) from error

    def _rendered(self, name: str, given: dict[str, Any]) -> Letter:
        template = self._text.get_template(name)
        subject = "".join(template.blocks["subject"](template.new_context(given)))
        return Letter(
            subject=" ".join(subject.split()),
            text=_tidied(template.render(given)),
            html=self._inliner.inline(self._html.get_template(name).render(given)),
        )


def readable_on(ground: str) -> str:
    """Black or white, whichever is easier to read on ``ground`` (``#rrggbb``): at least 4.5:1 (WCAG 2.2)."""
    luminance = _luminance(ground)
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#ffffff"


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _environment(form: str, *, is_markup: bool) -> Environment:
    # Each form has its own layout.jinja and parts.jinja; what the letters say is the same for both.
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES / form, _TEMPLATES]),
        autoescape=select_autoescape((), (), default=is_markup),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(prose=paragraphs, plain=plain)
    environment.globals["part"] = environment.get_template("parts.jinja").module
    return environment


def _tidied(text: str) -> str:
    """No blanks at the ends of lines, and no more than one empty line in a row."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for i, line in enumerate(lines) if line or lines[i - 1]]
    return "\n".join(kept) + "\n"
