"""What the lists of the catalogue share: what is looked for, and names in the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.gateway.admin.desk import Desk
from services.gateway.admin.naming import names_among
from services.gateway.languages import current_language

_MOST_TYPED = 200
_SHOWN = {"sold": False, "archived": True}


def search_of(address: Mapping[str, str]) -> str:
    """What is looked for, as the services take it."""
    text = "".join(character for character in address.get("q", "") if character.isprintable())
    return text.strip()[:_MOST_TYPED]


def archived_of(address: Mapping[str, str]) -> bool | None:
    """Whether archived things are wanted, or only such as are sold (the usual), or both (None)."""
    return None if address.get("show") == "all" else _SHOWN.get(address.get("show", ""), False)


def name_of(thing: Mapping[str, Any]) -> str:
    """The name of a product or a plan in the page's language, else in English."""
    names: Mapping[str, str] = thing["names"]
    return names.get(current_language(), names["en"])


def product_names(desk: Desk, products: Iterable[str]) -> dict[str, str]:
    """The names of these products; one that can't be had goes by its handle."""
    asked = {
        each: desk.begin("subscriptions", "get_product", product=each) for each in dict.fromkeys(products)
    }
    return names_among(asked, name_of)
