"""The QR code with which a banking app fills in a transfer in euros (EPC069-12, version 2)."""

from __future__ import annotations

import segno
from segno import helpers

from shared.kernel.money import Money

# EPC069-12: at most 999,999,999.99 euros, a name of 70 and a reference of 140 characters.
_MOST = 99_999_999_999
_LONGEST_NAME, _LONGEST_REFERENCE = 70, 140


def transfer_code(
    *, holder: str, iban: str, bic: str, amount: int, currency: str, reference: str
) -> segno.QRCode | None:
    """The code for ``amount`` in minor units of ``currency``, to be stated with ``reference``.

    None where there can be none: other currencies, no amount, and what is no name or account (an imported document
    may say anything of its seller).
    """
    if currency != "EUR" or not 0 < amount <= _MOST or len(reference) > _LONGEST_REFERENCE:
        return None
    try:
        return helpers.make_epc_qr(
            holder[:_LONGEST_NAME],
            iban.replace(" ", ""),
            Money(amount, currency).major,
            text=reference,
            bic=bic or None,
        )
    except ValueError:
        return None
