"""Forms that bring a file: they may be larger than others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

V = TypeVar("V", bound=Callable[..., object])

# A file of 1 MiB with what a form puts around it.
_MOST_BYTES = 1024 * 1024 + 64 * 1024

_views: dict[Callable[..., object], int] = {}


def takes_a_file(view: V) -> V:
    """Let the form that this view takes have a file of 1 MiB."""
    return takes_files_of(_MOST_BYTES)(view)


def takes_files_of(most_bytes: int) -> Callable[[V], V]:
    """Let the form that a view takes be so large."""

    def decorate(view: V) -> V:
        _views[view] = most_bytes
        return view

    return decorate


def set_up(app: Flask) -> None:
    """Say how large a form may be before anybody reads it: comes before the check against forgery."""
    app.before_request(_allow)


def _allow() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view in _views:
        request.max_content_length = _views[view]
