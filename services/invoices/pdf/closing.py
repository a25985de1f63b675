"""What comes after the lines: sums, taxes, how to pay, and what else must be said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.units import mm

from services.invoices.pdf.fonts import BOLD, REGULAR, wrap
from services.invoices.pdf.letter import address_lines, grouped
from services.invoices.pdf.paper import Paper
from services.invoices.pdf.theme import LEFT, QUIET, RIGHT
from services.invoices.pdf.wording import Wording
from shared.transfers import transfer_code

View = dict[str, Any]

_SUMS_LEFT = LEFT + 82 * mm
_QR = 24 * mm


@dataclass(frozen=True, slots=True)
class Block:
    """Something that stays together on one sheet: its height, and what draws it from a given y on."""

    height: float
    draw: Callable[[Paper, float], None]


def blocks_of(document: View, wording: Wording, accent: Color) -> list[Block]:
    """All that stands below the lines, from top to bottom."""
    blocks = [_sums(document, wording, accent), *_payment(document, wording)]
    return [*blocks, *(_paragraph(text) for text in _remarks(document, wording))]


def _sums(document: View, wording: Wording, accent: Color) -> Block:
    rows = [(wording("line_total"), document["line_total"])] if document["discounts"] else []
    rows += [(each["description"], -each["amount"]) for each in document["discounts"]]
    rows.append((wording("net_total"), document["net_total"]))
    rows += [
        (wording("tax", rate=wording.percent(tax["rate"]), base=wording.amount(tax["base"])), tax["amount"])
        for tax in document["taxes"]
    ]
    labels = [wrap(label, REGULAR, 9, RIGHT - _SUMS_LEFT - 30 * mm) for label, _ in rows]
    height = sum(len(lines) for lines in labels) * 5.2 * mm + 19 * mm

    def draw(paper: Paper, y: float) -> None:
        y += 8 * mm
        for lines, (_, amount) in zip(labels, rows, strict=True):
            paper.text_to(RIGHT, y, wording.amount(amount), size=9)
            for line in lines:
                paper.text(_SUMS_LEFT, y, line, size=9, colour=QUIET)
                y += 5.2 * mm
        paper.line(_SUMS_LEFT, RIGHT, y - 2.4 * mm, colour=accent, thickness=0.9)
        total = wording.money(document["total"])
        paper.text(_SUMS_LEFT, y + 3.2 * mm, wording(f"total.{document['kind']}"), font=BOLD, size=12)
        paper.text_to(RIGHT, y + 3.2 * mm, total, font=BOLD, size=12, colour=accent)

    return Block(height, draw)


def _payment(document: View, wording: Wording) -> list[Block]:
    amount = wording.money(document["total"])
    if document["kind"] == "credit_note":
        return [_paragraph(wording("credit", amount=amount))]
    if document["total"] == 0:
        return [_paragraph(wording("nothing_due"))]
    due = wording.day(document["due_on"])
    if not document["seller"]["bank"]:
        return [_paragraph(wording("pay_plain", amount=amount, due=due))]
    return [_transfer(document, wording, wording("pay", amount=amount, due=due))]


def _transfer(document: View, wording: Wording, sentence: str) -> Block:
    seller = document["seller"]
    bank = seller["bank"]
    facts = [
        ("holder", seller["legal_name"] or seller["name"]),
        ("iban", grouped(bank["iban"])),
        ("bic", bank["bic"]),
        ("bank", bank["bank_name"]),
        ("reference", document["number"]),
    ]
    width = RIGHT - LEFT - 30 * mm - _QR - 4 * mm
    shown = [
        (wording(label) if first else "", line)
        for label, value in facts
        if value
        for first, line in _firsts(wrap(value, BOLD, 9, width))
    ]
    code = _qr(document)
    sentences = wrap(sentence, REGULAR, 9, RIGHT - LEFT)
    body = max(len(shown) * 4.6 * mm, _QR + 4 * mm if code else 0)
    height = 6 * mm + len(sentences) * 4.4 * mm + 3 * mm + body

    def draw(paper: Paper, y: float) -> None:
        y += 6 * mm
        for line in sentences:
            paper.text(LEFT, y, line, size=9)
            y += 4.4 * mm
        y += 3 * mm
        if code:
            paper.pixels(RIGHT - _QR, y - 3.2 * mm, _QR, code)
            paper.text_to(RIGHT, y + _QR, wording("scan"), size=6.5, colour=QUIET)
        for label, value in shown:
            paper.text(LEFT, y, label, size=8.5, colour=QUIET)
            paper.text(LEFT + 30 * mm, y, value, font=BOLD, size=9)
            y += 4.6 * mm

    return Block(height, draw)


def _firsts(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Each line, and whether it is the first."""
    return ((index == 0, line) for index, line in enumerate(lines))


def _qr(document: View) -> list[bytearray] | None:
    """The modules of the QR code of a transfer, where there can be one."""
    seller = document["seller"]
    code = transfer_code(
        holder=seller["legal_name"] or seller["name"],
        iban=seller["bank"]["iban"],
        bic=seller["bank"]["bic"],
        amount=document["total"],
        currency=document["currency"],
        reference=document["number"],
    )
    return list(code.matrix) if code else None


def _remarks(document: View, wording: Wording) -> list[str]:
    reasons = dict.fromkeys(tax["reason"] for tax in document["taxes"] if tax["reason"])
    remarks = [wording(reason) for reason in reasons]
    if document["kind"] == "invoice" and not all(line["period"] for line in document["lines"]):
        remarks.append(wording("supply"))
    shipping = document["shipping"]
    if shipping:
        named = [shipping["company"], shipping["name"], *address_lines(shipping["address"])]
        remarks.append(wording("ship_to", address=", ".join(part for part in named if part)))
    return [*remarks, document["note"]] if document["note"] else remarks


def _paragraph(text: str) -> Block:
    lines = wrap(text, REGULAR, 9, RIGHT - LEFT)

    def draw(paper: Paper, y: float) -> None:
        y += 5.5 * mm
        for line in lines:
            paper.text(LEFT, y, line, size=9)
            y += 4.4 * mm

    return Block(2.5 * mm + len(lines) * 4.4 * mm, draw)
