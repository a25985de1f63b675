"""Invoices on paper, looked at as pictures: the logo of their day, and the code that banking apps read."""

from __future__ import annotations

import io
import subprocess
from base64 import b64decode, b64encode
from typing import Any

import zxingcpp
from PIL import Image
from pypdf import PdfReader

from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.billing import COMPANY, LINE, SYSTEM, Group

DPI = 150
BANK = {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Commerzbank"}
RED, GREEN = (200, 30, 40), (20, 140, 60)


def logo(colour: tuple[int, int, int]) -> str:
    """A logo of one colour, as it is uploaded."""
    picture = io.BytesIO()
    Image.new("RGB", (400, 80), colour).save(picture, "PNG")
    return b64encode(picture.getvalue()).decode()


def first_sheet(pdf: bytes) -> Image.Image:
    """The first sheet as a picture, drawn by another program."""
    command = ["pdftoppm", "-r", str(DPI), "-png", "-f", "1", "-l", "1", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(drawn.stdout)).convert("RGB")


def at(picture: Image.Image, x: float, y: float) -> Any:
    """The colour ``x`` and ``y`` millimetres from the top left corner."""
    return picture.getpixel((round(x / 25.4 * DPI), round(y / 25.4 * DPI)))


def pdf_of(group: Group, invoice: str) -> bytes:
    return b64decode(group.call("get_invoice_pdf", invoice=invoice)["pdf"])


def test_a_document_keeps_the_logo_of_its_day(client: RpcClient, group: Group) -> None:
    # Another test may have left one.
    client.customers.remove_logo(SYSTEM, key=new_id())
    plain = group.issued()
    client.customers.set_logo(SYSTEM, image=logo(RED), key=new_id())
    red = group.issued()
    client.customers.set_logo(SYSTEM, image=logo(GREEN), key=new_id())
    green = group.issued()
    client.customers.remove_logo(SYSTEM, key=new_id())

    assert plain["seller"]["logo"] is None
    assert red["seller"]["logo"]["version"] != green["seller"]["logo"]["version"]
    name = PdfReader(io.BytesIO(pdf_of(group, plain["invoice"]))).pages[0]
    assert not name.images
    for issued, colour in ((red, RED), (green, GREEN)):
        pdf = pdf_of(group, issued["invoice"])
        assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1
        assert at(first_sheet(pdf), 50, 24) == colour
        # It is as wide as on a screen, 200 pixels of 1/96 inch, and the white of the paper is around it.
        for x, y in ((24, 24), (79, 24), (50, 17), (50, 31)):
            assert at(first_sheet(pdf), x, y) == (255, 255, 255)


def test_a_document_of_many_lines_comes_whole(client: RpcClient, group: Group) -> None:
    noise = io.BytesIO()
    Image.effect_noise((400, 80), 90).save(noise, "PNG")
    client.customers.set_logo(SYSTEM, image=b64encode(noise.getvalue()).decode(), key=new_id())
    lines = [{**LINE, "description": f"Line <{place}>"} for place in range(1000)]
    pages = PdfReader(io.BytesIO(pdf_of(group, group.issued(lines=lines)["invoice"]))).pages
    assert len(pages) > 20
    assert "Line <0>" in pages[0].extract_text()
    assert "Line <999>" in pages[-1].extract_text() + pages[-2].extract_text()


def test_a_banking_app_reads_the_transfer_from_paper(client: RpcClient, group: Group) -> None:
    client.customers.set_merchant(SYSTEM, company={**COMPANY, "bank": BANK}, key=new_id())
    invoice = group.issued()
    (code,) = zxingcpp.read_barcodes(first_sheet(pdf_of(group, invoice["invoice"])).convert("L"))
    assert code.text.split("\n") == [
        *("BCD", "002", "2", "SCT", "COBADEFFXXX", "Nordlicht GmbH", "DE89370400440532013000", "EUR35.7"),
        *("", "", invoice["number"]),
    ]
    note = group.call("credit_invoice", invoice=invoice["invoice"], reason="Sorry")["credit_notes"]
    credit_note = group.call("get_invoice", invoice=note[0]["credit_note"])
    assert zxingcpp.read_barcodes(first_sheet(pdf_of(group, credit_note["invoice"])).convert("L")) == []
