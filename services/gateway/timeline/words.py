"""All sentences, by ``service.event``. A test finds an event of any contract without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.gateway.timeline import (
    words_of_auth,
    words_of_customers,
    words_of_money,
    words_of_subscriptions,
)

Sentence = Callable[[Mapping[str, Any]], str]

WORDS: dict[str, Sentence] = {
    f"{source}.{type_}": sentence
    for source, sentences in (
        ("auth", words_of_auth.WORDS),
        ("customers", words_of_customers.WORDS),
        ("subscriptions", words_of_subscriptions.WORDS),
        ("invoices", words_of_money.OF_INVOICES),
        ("payments", words_of_money.OF_PAYMENTS),
    )
    for type_, sentence in sentences.items()
}


def sentence_of(source: str, type_: str, data: Mapping[str, Any]) -> str:
    """What happened, in words.

    In an upgrade a service may tell of what this gateway has not heard of: that gets its bare name.
    """
    sentence = WORDS.get(f"{source}.{type_}")
    if sentence is None:
        return type_.replace("_", " ").capitalize()
    try:
        return sentence(data)
    except (KeyError, TypeError):
        # Told by another version of the service, with other data.
        return type_.replace("_", " ").capitalize()
