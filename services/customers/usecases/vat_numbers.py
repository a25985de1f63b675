"""Looking VAT numbers up, when nobody waits for it, and noting which of them invoices bear."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.customers.domain.numbers import parts_for_vies
from services.customers.domain.vat_checks import Lookup
from services.customers.repository import BillGroups, VatNumbers
from services.customers.vies import Vies, ViesAway
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound

log = logging.getLogger(__name__)

# Longer than the register takes to answer or to fail.
_CLAIM = timedelta(seconds=60)
_BATCH = 5


class VatRegister:
    """What the register says, and what the numbers are used for."""

    def __init__(self, bill_groups: BillGroups, vat_numbers: VatNumbers, vies: Vies, clock: Clock) -> None:
        self._bill_groups = bill_groups
        self._vat_numbers = vat_numbers
        self._vies = vies
        self._clock = clock

    def note_change(self, event: Mapping[str, Any]) -> None:
        """Numbers were changed: have the VAT number looked up soon, where the register knows such numbers."""
        number = self._number_of(event["bill_group"])
        if self._vies.is_on and parts_for_vies(number):
            self._vat_numbers.ask_for(event["bill_group"], number, self._clock.now())

    def note_use(self, event: Mapping[str, Any]) -> None:
        """An invoice was issued: whether it bears a VAT number, whatever has become of the number since."""
        bears = event["data"].get("bears_vat_number")
        # An invoices service of before doesn't say.
        if self._number_of(event["bill_group"]) if bears is None else bears:
            self._vat_numbers.mark_used(event["bill_group"])

    def look_up_due(self) -> None:
        """Look up some of the numbers whose time has come."""
        if self._vies.is_on:
            for lookup in self._vat_numbers.due(self._clock.now(), _BATCH):
                self._look_up(lookup)

    def _look_up(self, lookup: Lookup) -> None:
        claimed = self._vat_numbers.claim(lookup, self._clock.now() + _CLAIM)
        parts = parts_for_vies(lookup.number)
        if claimed is None or parts is None:
            return
        known: bool | None
        try:
            known = self._vies.knows(*parts)
        except ViesAway as away:
            log.info("VIES did not answer: %s", away)
            known = None
        check, again_at = claimed.result(known, self._clock.now())
        self._vat_numbers.save(claimed, check, again_at)

    def _number_of(self, bill_group: str) -> str:
        try:
            return self._bill_groups.get(bill_group).value.vat_number
        except NotFound:
            return ""
