"""What is said about payment methods: what they are called, what they pay, and what came of a visit to the provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel.lists import format_list
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from services.gateway.languages import conventions

_NAMES_SHOWN = 3

# Why the provider took nothing, by its code.
FAILURES = {
    "expired": _("It took too long at the payment provider, so nothing was saved. Please begin again."),
    "authentication_failed": _(
        "Your bank did not get your confirmation, so nothing was saved. Please try again, or use another card."
    ),
    "insufficient_funds": _(
        "Your bank has declined the card: it has not enough money. Please use another one, or ask your bank."
    ),
    "expired_card": _("Your bank has declined the card: it has expired. Please use another one."),
    "account_closed": _("Your bank has declined the account: it is closed. Please use another one."),
}
_OTHER_FAILURE = _("The payment provider did not accept this. Please try another card or account.")

_EFFECTS = {
    "added": _("%(method)s is saved."),
    "updated": _("%(method)s is saved in the place of the former one."),
    "known": _("%(method)s was in your list already. It is there once, and up to date now."),
}


def method_name(method: Mapping[str, Any]) -> str:
    """What a person would call it, as plain text: Visa •••• 4242."""
    words = [method["brand"], "••••", method["last4"]]
    if method["kind"] == "sepa_debit":
        words.insert(0, gettext("SEPA direct debit"))
    return " ".join(words)


def names_of(subscriptions: Iterable[dict[str, Any]]) -> str:
    """The subscriptions in a sentence: the first few by name, the others by their number."""
    names = [subscription["product_name"] for subscription in subscriptions]
    shown = names[:_NAMES_SHOWN]
    if len(names) > _NAMES_SHOWN:
        others = len(names) - _NAMES_SHOWN
        shown.append(ngettext("%(num)d more", "%(num)d others", others))
    written: str = format_list(shown, locale=conventions())
    return written


def outcome(finished: dict[str, Any], paid: Sequence[dict[str, Any]] | None) -> tuple[str, str]:
    """How good what came of a visit is (a tone), and the sentences about it.

    ``paid`` are the subscriptions that the method pays from now on; None where nobody can say.
    """
    method = finished["payment_method"]
    if finished["state"] == "failed":
        return "bad", str(FAILURES.get(finished["reason"], _OTHER_FAILURE))
    if finished["state"] != "added" or method is None:
        return "info", gettext("You came back without adding a payment method. Nothing was changed.")
    # A payments service of before tells no effect.
    sentences = [str(_EFFECTS[finished.get("effect") or "added"]) % {"method": method_name(method)}]
    if paid:
        sentences.append(gettext("It pays for %(subscriptions)s.", subscriptions=names_of(paid)))
    if finished.get("twin"):
        sentences.append(
            gettext(
                "The same card or account is in your list a second time: you can remove the one you don't need."
            )
        )
    return "good", " ".join(sentences)


def new_default(wallet: dict[str, Any], paid: Sequence[dict[str, Any]] | None) -> str:
    """What is said when a method became the default; ``paid`` as above."""
    method = next(one for one in wallet["items"] if one["payment_method"] == wallet["default"])
    said = gettext("%(method)s is your default payment method now.", method=method_name(method))
    if paid:
        said += " " + gettext("It pays for %(subscriptions)s.", subscriptions=names_of(paid))
    return said
