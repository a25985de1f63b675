"""The merchant's own texts: reading, writing, and trying them out on a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.customers import views
from services.customers.domain.own_texts import OwnText, checked, set_text
from services.customers.repository import MerchantAccount, OwnTexts
from services.customers.usecases.changing import Changing
from services.customers.usecases.quicker import whatever_it_is_by_now
from services.customers.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import Stale
from shared.kernel.happening import IdempotencyKey
from shared.placeholders import examples, values
from shared.placeholders.kinds import KINDS, LANGUAGES
from shared.placeholders.template import fill, plain
from shared.storage import AlreadyExists, Outcome, Stored


class Texts:
    """``portal`` is the portal's address, for the links of previews."""

    def __init__(self, texts: OwnTexts, merchant: MerchantAccount, changing: Changing, portal: str) -> None:
        self._texts = texts
        self._merchant = merchant
        self._changing = changing
        self._portal = portal.rstrip("/")

    def get_texts(self, *, kinds: Sequence[str]) -> View:
        """What was written of these kinds: for those who fill it."""
        written = (stored.value for stored in self._texts.of(kinds))
        return {"items": [asdict(text) for text in written if text.text]}

    def list_texts(self, context: Context) -> View:
        """All kinds in all languages. Raises DomainError ``not_allowed`` for customers."""
        require_merchant_side(context)
        written = {(stored.value.kind, stored.value.language): stored for stored in self._texts.of(KINDS)}
        return {
            "items": [
                _view(written.get((kind, language)), kind, language)
                for kind in KINDS
                for language in LANGUAGES
            ]
        }

    def set_text(
        self,
        context: Context,
        *,
        kind: str,
        language: str,
        text: str,
        version: int | None,
        key: IdempotencyKey,
    ) -> View | None:
        """Write a text, or with an empty one take it away.

        Raises DomainError ``invalid_text``, ``not_allowed``, and Stale with ``current`` by ``version``.
        """
        require_merchant_side(context)
        try:
            return whatever_it_is_by_now(
                version, lambda: self._set_once(context, kind, language, text, version, key)
            )
        except Stale as error:
            raise Stale(current=_view(self._texts.one(kind, language), kind, language)) from error

    def preview_text(
        self,
        context: Context,
        *,
        kind: str,
        language: str,
        text: str,
        bill_group: str,
        invoice: Mapping[str, Any] | None,
    ) -> View:
        """How a text reads for a bill group. Raises DomainError ``invalid_text`` and ``not_allowed``, and NotFound."""
        require_merchant_side(context)
        kept = checked(kind, text)
        group = self._changing.view(bill_group)
        known = {
            **values.of_company(asdict(self._merchant.get().value.company)),
            **values.of_client(group),
            **examples.secrets(self._portal),
            **examples.subscription(self._portal, language),
            **(
                values.of_invoice(invoice, self._portal, language)
                if invoice
                else examples.invoice(self._portal, group["currency"], context.business_now, language)
            ),
        }
        parts = fill(kept, {name: known[name] for name in KINDS[kind].allowed})
        return {"text": plain(parts), "parts": [asdict(part) for part in parts]}

    def _set_once(
        self,
        context: Context,
        kind: str,
        language: str,
        text: str,
        version: int | None,
        key: IdempotencyKey,
    ) -> View | None:
        stored = self._texts.one(kind, language)
        if stored is None:
            return self._add(context, OwnText(kind, language), text, version, key)
        expected = stored.version if version is None else version

        def decide(old: OwnText) -> Outcome[OwnText]:
            changed, happenings = set_text(old, text, context.business_now)
            return Outcome(changed, happenings, views.of_text(changed, expected + 1))

        return self._texts.aggregates.change(
            stored.handle,
            bill_group=None,
            context=context,
            decide=decide,
            key=key,
            expect_version=expected,
        )

    def _add(
        self, context: Context, blank: OwnText, text: str, version: int | None, key: IdempotencyKey
    ) -> View | None:
        if version not in (None, 0):
            raise Stale
        added, happenings = set_text(blank, text, context.business_now)
        try:
            return self._texts.add(
                added, context=context, happenings=happenings, result=views.of_text(added, 1), key=key
            )
        except AlreadyExists as error:
            raise Stale from error


def _view(stored: Stored[OwnText] | None, kind: str, language: str) -> View:
    if stored is None:
        return views.of_text(OwnText(kind, language), 0)
    return views.of_text(stored.value, stored.version)
