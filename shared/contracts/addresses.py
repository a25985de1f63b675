"""Postal addresses."""

from __future__ import annotations

from shared.contracts.base import Message, Text


class Address(Message):
    """A postal address. ``country`` is an ISO 3166-1 code of two letters. What is not there is empty text."""

    line1 = Text(200, load_default="")
    line2 = Text(200, load_default="")
    postal_code = Text(20, load_default="")
    city = Text(100, load_default="")
    region = Text(100, load_default="")
    country = Text(2, load_default="")
