"""Documents on paper: what stands there, on how many sheets, and the same bytes each time."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from services.invoices.domain.credits import Credit
from services.invoices.domain.document import Document, Kind
from services.invoices.domain.lines import Discount, Line
from services.invoices.domain.own_texts import OwnTexts
from services.invoices.domain.parties import Address, Bank, Buyer, Seller
from services.invoices.pdf import fonts, theme
from services.invoices.pdf.document import render
from services.invoices.rendering import RendererDied, RenderingProcesses
from shared.kernel.numbering import PATTERNS, Numbering
from tests.unit.invoices.examples import (
    BUYER,
    DAY,
    PARTIES,
    REDUCED,
    SELLER,
    draft,
    issued,
    line,
    month,
    on_the_wire,
)


def read(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(render(on_the_wire(document))))


def text(document: Document) -> str:
    """All that stands on its sheets, with plain spaces."""
    pages = "\n".join(page.extract_text() for page in read(document).pages)
    return pages.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_invoice_says_what_it_must() -> None:
    lines = (
        line(4900, description="Team plan", quantity=Decimal("2.5"), period=month(11)),
        line(1000, REDUCED, tax_code="reduced", description="Handbook", discount=100),
    )
    shown = text(issued(*lines, discounts=(Discount("Welcome", 150),), note="Thank you."))
    for part in (
        "Invoice 2026-00042",
        "Bäckerei Sonnenschein e. K.",
        "20099 Hamburg",
        "November 21, 2026",
        "December 5, 2026",
        "Team plan",
        "Nov 1, 2026 – Nov 28, 2026",
        "2.5",
        "122.50",
        "Discount −€1.00",
        "Welcome",
        "−1.50",
        "VAT 19% on",
        "VAT 7% on",
        "€153.63",
        "DE89 3704 0044 0532 0130 00",
        "DE811907980",
        "HRB 123456",
        "Thank you.",
        "Page 1 of 1",
    ):
        assert part in shown, part


def test_it_speaks_german() -> None:
    shown = text(issued(line(123_456), parties=replace(PARTIES, language="de-AT")))
    for part in (
        "Rechnung 2026-00042",
        "21. November 2026",
        "Gesamtbetrag",
        "USt. 19 % auf",
        "Seite 1 von 1",
    ):
        assert part in shown, part
    assert "1.469,13" in shown or "1 469,13" in shown


@pytest.mark.parametrize("language", ["de-!!", "de_de-x", "de_", "DE-zzzzzzzz"])
def test_a_language_that_is_none_is_read_by_its_beginning(language: str) -> None:
    assert "Rechnung 2026-00042" in text(issued(parties=replace(PARTIES, language=language)))


@pytest.mark.parametrize(
    "seller",
    [
        replace(SELLER, bank=Bank("1", "", "")),
        replace(SELLER, bank=Bank("DE89370400440532013000", "X", "")),
        replace(SELLER, name="", legal_name=""),
    ],
)
def test_an_account_that_fits_in_no_code_is_written_all_the_same(seller: Seller) -> None:
    assert "Scan to pay" not in text(issued(parties=replace(PARTIES, seller=seller)))
    assert "Scan to pay" in text(issued())


def test_other_languages_are_read_in_english() -> None:
    assert "Invoice 2026-00042" in text(issued(parties=replace(PARTIES, language="pt-BR")))


def test_a_credit_note_names_its_invoice_and_asks_for_nothing() -> None:
    invoice = issued()
    credit = Credit("draft-2", DAY, invoice.lines, (), invoice.taxes)
    note = draft(
        kind=Kind.CREDIT_NOTE, taxes=credit.taxes, corrects=invoice.handle, corrects_number="2026-00042"
    )
    shown = text(note.issued(Numbering(PATTERNS["credit_note"]).number_on(DAY, 1), DAY, PARTIES))
    assert "Credit note CN-2026-00001" in shown
    assert "for invoice 2026-00042" in shown
    assert "Please pay" not in shown


@pytest.mark.parametrize(
    "country, vat_number, reason",
    [("FR", "FR40303265045", "Reverse charge"), ("CH", "", "outside the European Union")],
)
def test_why_there_is_no_tax(country: str, vat_number: str, reason: str) -> None:
    buyer = replace(BUYER, address=replace(BUYER.address, country=country), vat_number=vat_number)
    assert reason in text(issued(parties=replace(PARTIES, buyer=buyer)))


@pytest.mark.parametrize("currency, shown", [("JPY", "¥1,190"), ("KWD", "KWD 1.190"), ("EUR", "€11.90")])
def test_amounts_have_their_currency_s_decimals(currency: str, shown: str) -> None:
    assert shown in text(issued(line(1000), parties=replace(PARTIES, currency=currency)))


@pytest.mark.parametrize("count", [1, 10, 11, 12, 13, 14, 60, 1000])
def test_every_line_is_on_paper_once_with_the_header_on_each_sheet(count: int) -> None:
    reader = read(issued(*(line(100, description=f"Line <{place}>") for place in range(count))))
    pages = [page.extract_text() for page in reader.pages]
    whole = "\n".join(pages)
    assert all(whole.count(f"Line <{place}>") == 1 for place in range(count))
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert ("Line <" in page) == ("Description" in page)
    # The total does not stand on a sheet without lines.
    assert "Line <" in next(page for page in pages if "Total without VAT" in page)


def with_texts(*lines: Line, intro: str = "", closing: str = "") -> Document:
    document = issued(*lines)
    assert document.issue is not None
    return replace(document, issue=replace(document.issue, texts=OwnTexts(intro, closing, "https://p")))


def test_the_merchant_s_own_texts_stand_around_the_lines() -> None:
    document = with_texts(
        line(description="Team plan"),
        intro="Dear Ms Lindqvist,\n\nthank you for your trust.",
        closing="Your invoice: https://portal.example/invoices/inv-2026-00042.\nKind regards",
    )
    shown = text(document)
    places = [
        shown.index(each) for each in ("Dear Ms", "your trust.", "Team plan", "Your invoice", "Kind regards")
    ]
    assert places == sorted(places)
    (page,) = read(document).pages
    links = [each.get_object()["/A"]["/URI"] for each in page["/Annots"]]
    assert links == ["https://portal.example/invoices/inv-2026-00042"]


@pytest.mark.parametrize("count", [1, 25, 29, 30, 31, 34, 60, 400])
def test_long_texts_go_on_over_sheets_and_lose_nothing(count: int) -> None:
    words = [f"word-{number}." for number in range(count)]
    document = with_texts(
        *(line(description=f"Line-{number}.") for number in range(20)),
        intro="\n".join(words),
        closing="\n\n".join(words),
    )
    shown = text(document).split()
    assert [each for each in shown if each.startswith("word-")] == [*words, *words]
    assert [each for each in shown if each.startswith("Line-")] == [f"Line-{number}." for number in range(20)]
    carried = sum(page.extract_text().count("Carried forward") for page in read(document).pages)
    assert carried % 2 == 0


def test_the_file_tells_about_itself() -> None:
    reader = read(issued(parties=replace(PARTIES, language="de")))
    assert reader.metadata is not None
    assert reader.metadata.title == "Rechnung 2026-00042"
    assert reader.metadata.author == "Nordlicht Software GmbH"
    assert reader.root_object["/Lang"] == "de"


def test_fonts_are_embedded() -> None:
    for page in read(issued()).pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render(on_the_wire(issued())) == render(on_the_wire(issued()))


@pytest.mark.parametrize(
    "name",
    [
        "株式会社さくら商事",
        "서울 주식회사",
        "上海有限公司",
        "Ελληνική Α.Ε.",
        "ООО «Ромашка»",
        "Łódź Škoda Çağrı Œuvre ạữ",
        "A\tB\u2009C",
        "\U0001f600 Party Ltd.",
        "x" * 200,
        "",
    ],
)
def test_any_name_can_be_set(name: str) -> None:
    buyer = Buyer(name=name, company=name, address=Address(line1=name, city=name, country="JP"))
    seller = replace(SELLER, name=name or "N", legal_name=name, bank=None, accent="")
    shown = text(issued(line(description=name), parties=replace(PARTIES, buyer=buyer, seller=seller)))
    assert "Invoice 2026-00042" in shown


@pytest.mark.parametrize(
    "written, seen",
    [
        ("שלום", "םולש"),
        ("Ada שלום 42", "Ada 42 םולש"),
        # The letters of Arabic have other forms where they meet.
        ("محمد", "\ufeaa\ufee4\ufea4\ufee3"),
        ("שלום (ABC)", "(ABC) םולש"),
        ("Plain", "Plain"),
    ],
)
def test_what_is_read_from_right_to_left_stands_so(written: str, seen: str) -> None:
    fonts.register()
    assert "".join(piece for piece, _ in fonts.runs(written, fonts.REGULAR)) == seen


@pytest.mark.parametrize(
    "text", ["שלום", "محمد عبد الله", "لا", "Հայաստան", "საქართველო", "株式会社", "Ελλάδα"]
)
def test_every_character_has_a_font_that_knows_it(text: str) -> None:
    fonts.register()
    for piece, name in fonts.runs(text, fonts.REGULAR):
        known = pdfmetrics.getFont(name).face.charWidths
        assert all(ord(sign) in known for sign in piece), name


def test_what_no_font_of_ours_has_comes_from_the_reader() -> None:
    fonts.register()
    assert fonts.runs("서울", fonts.REGULAR) == (("서울", "HYSMyeongJo-Medium"),)


@pytest.mark.parametrize("colour", ["#ffffff", "#ffff00", "#ff6600", "#000000", ""])
def test_an_accent_is_readable(colour: str) -> None:
    accent = theme.accent(colour)
    assert theme.contrast_with_white(accent) >= 4.5


@pytest.mark.parametrize(
    "words", ["one two three four five", "Donaudampfschifffahrt " * 4, "a-b/c@d" * 20, "漢字" * 40]
)
def test_lines_are_cut_to_their_width_and_lose_nothing(words: str) -> None:
    fonts.register()
    lines = fonts.wrap(words, fonts.REGULAR, 9, 60)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(fonts.width(each, fonts.REGULAR, 9) <= 60 for each in lines)


@pytest.fixture
def processes() -> Iterator[RenderingProcesses]:
    processes = RenderingProcesses(processes=1)
    yield processes
    processes.close()


def test_a_renderer_that_died_is_replaced(processes: RenderingProcesses) -> None:
    first = processes.render(on_the_wire(issued()))
    (pid,) = processes.pids()
    os.kill(pid, signal.SIGKILL)
    assert processes.render(on_the_wire(issued())) == first
    assert processes.pids() != [pid]


def test_a_service_gets_a_document_that_no_pipe_holds_at_once() -> None:
    """In a process with eventlet's patch, as services are."""
    program = (
        "import eventlet; eventlet.monkey_patch()\n"
        "from services.invoices.rendering import RenderingProcesses\n"
        "from tests.unit.invoices.examples import issued, line, on_the_wire\n"
        "processes = RenderingProcesses(1)\n"
        "document = on_the_wire(issued(*(line(description=f'Line {place}') for place in range(1000))))\n"
        "print(len(processes.render(document)))\n"
        "processes.close()"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 100_000


def test_reportlab_stays_in_the_renderers() -> None:
    program = "import sys, services.invoices.rendering; print('reportlab' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_can_not_be_rendered_is_tried_twice_and_harms_no_other(processes: RenderingProcesses) -> None:
    with pytest.raises(RendererDied):
        processes.render({"number": "1"})
    assert processes.render(on_the_wire(issued())).startswith(b"%PDF-")


def test_an_answer_that_nobody_took_is_not_taken_for_the_next_documents(
    processes: RenderingProcesses,
) -> None:
    """The caller is cut off in the middle, as by a service that stops, and the next document is another."""
    processes.render(on_the_wire(issued()))
    (pid,) = processes.pids()
    os.kill(pid, signal.SIGSTOP)
    before = signal.signal(signal.SIGALRM, _cut_off)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(CutOffError):
            processes.render(on_the_wire(issued(note="The first.")))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    other = issued(note="The second.")
    assert processes.render(on_the_wire(other)) == render(on_the_wire(other))


class CutOffError(BaseException):
    """Like a green thread's end, no Exception."""


def _cut_off(number: int, frame: object) -> None:
    raise CutOffError


def edges_of_the_address(buyer: Buyer) -> list[tuple[str, float, float]]:
    """What stands in the window below the sender, each line with where it begins and ends, in points."""
    pieces: dict[float, list[tuple[float, str]]] = {}

    def visit(piece: str, _cm: object, matrix: list[float], _font: object, _size: float) -> None:
        below = theme.HEIGHT - matrix[5]
        in_window = theme.ADDRESS_TOP < below < theme.ADDRESS_TOP + theme.ADDRESS_HEIGHT
        if piece.strip() and in_window and matrix[4] < theme.LEFT + theme.ADDRESS_WIDTH:
            pieces.setdefault(below, []).append((matrix[4], piece.strip("\n")))

    document = issued(line(4900), parties=replace(PARTIES, buyer=buyer))
    read(document).pages[0].extract_text(visitor_text=visit)
    size = 10.0
    return [
        (
            "".join(piece for _, piece in line),
            line[0][0],
            line[-1][0] + fonts.width(line[-1][1], fonts.REGULAR, size),
        )
        for _, line in sorted(pieces.items())
    ]


@pytest.mark.parametrize(
    "name, street, town, country, from_right",
    [
        ("נועה לוי", "רחוב הרצל 12", "תל אביב", "IL", True),
        ("ليلى حداد", "شارع الحمراء 25", "بيروت", "LB", True),
        # Most of it is what counts: here only the name of somebody who lives elsewhere.
        ("נועה לוי", "Herzlstraße 12", "Wien", "AT", False),
        ("Ada Byron", "12 Rue de la Paix", "Paris", "FR", False),
    ],
)
def test_an_address_begins_at_the_side_of_its_script(
    name: str, street: str, town: str, country: str, from_right: bool
) -> None:
    buyer = replace(BUYER, company="", name=name, address=Address(street, "", "1103", town, "", country))
    lines = edges_of_the_address(buyer)
    assert len(lines) == 4
    for shown, begins, ends in lines:
        if from_right:
            # The reader leaves out a space between two fonts.
            assert ends == pytest.approx(theme.LEFT + theme.ADDRESS_WIDTH, abs=2.5), shown
        else:
            assert begins == pytest.approx(theme.LEFT, abs=0.5), shown
