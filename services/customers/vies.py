"""VIES, the EU's register of VAT numbers, over HTTP."""

from __future__ import annotations

from urllib.parse import quote

import requests

OFF = "off"
# To connect, and between what comes in.
_SECONDS = (3.0, 7.0)


class ViesAway(Exception):
    """There was no answer that says anything of the number."""


class Vies:
    """The register at ``url``, where it answers ``/ms/<country>/vat/<number>``."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    @property
    def is_on(self) -> bool:
        """Whether it is asked at all."""
        return self._url != OFF

    def knows(self, country: str, number: str) -> bool:
        """Whether the number is valid for trade within the EU. Raises ViesAway."""
        address = f"{self._url}/ms/{quote(country, safe='')}/vat/{quote(number, safe='')}"
        try:
            answer = requests.get(address, timeout=_SECONDS, allow_redirects=False)
            told = answer.json() if answer.ok else {}
        except (requests.RequestException, ValueError) as error:
            raise ViesAway(type(error).__name__) from error
        # "MS_UNAVAILABLE" and others come with "isValid": false, and say nothing of the number.
        if not isinstance(told, dict) or told.get("userError") not in ("VALID", "INVALID"):
            raise ViesAway(f"status {answer.status_code}")
        return told.get("isValid") is True
