"""The QR code of a transfer, read as a banking app reads it."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from shared.transfers import transfer_code

GIVEN: dict[str, Any] = {
    "holder": "Nordlicht Software GmbH",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bic": "COBADEFFXXX",
    "amount": 17255,
    "currency": "EUR",
    "reference": "2026-00042",
}


def read(**changed: Any) -> list[str] | None:
    """The lines of the code, as a camera sees them; None where there is no code."""
    code = transfer_code(**(GIVEN | changed))
    if code is None:
        return None
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=4)
    (found,) = zxingcpp.read_barcodes(Image.open(picture).convert("L"))
    # Byte 3 of the content says in which character set it is.
    charset = {"1": "utf-8", "2": "iso-8859-1", "6": "iso-8859-7"}[found.bytes.split(b"\n")[2].decode()]
    return found.bytes.decode(charset).split("\n")


def test_a_banking_app_reads_the_whole_transfer() -> None:
    assert read() == [
        "BCD",
        "002",
        "2",
        "SCT",
        "COBADEFFXXX",
        "Nordlicht Software GmbH",
        "DE89370400440532013000",
        "EUR172.55",
        "",
        "",
        "2026-00042",
    ]


@pytest.mark.parametrize(
    "amount, written",
    [(1, "EUR0.01"), (10000, "EUR100"), (10050, "EUR100.5"), (99_999_999_999, "EUR999999999.99")],
)
def test_amounts(amount: int, written: str) -> None:
    assert (read(amount=amount) or [])[7] == written


@pytest.mark.parametrize("holder", ["Bäckerei Grünspan e. K.", "Ελληνική Εταιρεία", "株式会社さくら"])
def test_names_of_any_script(holder: str) -> None:
    lines = read(holder=holder, bic="")
    assert lines is not None
    assert (lines[4], lines[5]) == ("", holder)


def test_a_long_name_is_cut_and_an_account_in_groups_is_joined() -> None:
    lines = read(holder="N" * 100) or []
    assert (lines[5], lines[6]) == ("N" * 70, "DE89370400440532013000")


@pytest.mark.parametrize(
    "changed",
    [
        {"currency": "CHF"},
        {"amount": 0},
        {"amount": -5},
        {"amount": 100_000_000_000},
        {"iban": ""},
        {"holder": ""},
        {"bic": "X"},
        {"reference": "9" * 141},
        {"reference": ""},
    ],
)
def test_where_there_can_be_no_code(changed: dict[str, Any]) -> None:
    assert read(**changed) is None
