"""What stands on the sheet around the content: letterhead, window address, facts, footer, fold marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.units import mm

from services.invoices.pdf import theme
from services.invoices.pdf.fonts import BOLD, REGULAR, is_from_right, wrap
from services.invoices.pdf.paper import Paper
from services.invoices.pdf.theme import HAIRLINE, LEFT, QUIET, RIGHT
from services.invoices.pdf.wording import Wording

View = dict[str, Any]

# Here the town stands before the postal code.
_TOWN_FIRST = frozenset({"AU", "CA", "GB", "IE", "IN", "NZ", "SG", "US", "ZA"})
_ADDRESS_SIZES = (10.0, 9.0, 8.0, 7.0, 6.0)
_NAME_SIZES = (19.0, 16.0, 14.0, 12.0, 10.0)
# A CSS pixel on paper, and around which height the logo stands.
_PIXEL = 0.75
_LOGO_MIDDLE = 24 * mm
_SENDER_SIZES = (6.5, 6.0, 5.5, 5.0)


class Letter:
    """The frame of one document's sheets."""

    def __init__(
        self, paper: Paper, document: View, wording: Wording, accent: Color, logo: bytes | None = None
    ) -> None:
        self.paper = paper
        self._logo = logo
        self._document = document
        self._seller = document["seller"]
        self.wording = wording
        self.accent = accent

    def draw_first(self) -> None:
        """The first sheet: letterhead, address, facts and title."""
        self._draw_marks()
        self.paper.bar(0, 0, theme.WIDTH, 2.2 * mm, self.accent)
        if self._logo:
            self._draw_logo(self._logo)
        else:
            self._draw_name()
        self._draw_contact()
        self._draw_address()
        self._draw_facts()
        self.paper.text(LEFT, theme.TITLE_TOP, self._title, font=BOLD, size=17)
        if self._document["corrects_number"]:
            corrected = self.wording("corrects", number=self._document["corrects_number"])
            self.paper.text(LEFT, theme.TITLE_TOP + 5.5 * mm, corrected, size=10, colour=QUIET)

    def draw_next(self) -> None:
        """Each later sheet: whose it is and what it belongs to."""
        self.paper.bar(0, 0, theme.WIDTH, 2.2 * mm, self.accent)
        self.paper.text(LEFT, 18 * mm, self._seller["name"], font=BOLD, size=9, colour=self.accent)
        self.paper.text_to(RIGHT, 18 * mm, self._title, size=9, colour=QUIET)

    def draw_footer(self, page: int, pages: int) -> None:
        """The company's particulars in columns, and the page."""
        place = self.wording("page", page=str(page), pages=str(pages))
        self.paper.text_to(RIGHT, theme.FOOTER_TOP - 3 * mm, place, size=7.5, colour=QUIET)
        self.paper.line(LEFT, RIGHT, theme.FOOTER_TOP, colour=self.accent, thickness=0.75)
        columns = [column for column in self._footer_columns() if column]
        step = (RIGHT - LEFT) / len(columns)
        for index, lines in enumerate(columns):
            x, y = LEFT + index * step, theme.FOOTER_TOP + 4.2 * mm
            wrapped = [part for line in lines for part in wrap(line, REGULAR, 7, step - 4 * mm)]
            for line in wrapped[:6]:
                self.paper.text(x, y, line, size=7, colour=QUIET)
                y += 3.1 * mm

    @property
    def _title(self) -> str:
        return f"{self.wording(self._document['kind'])} {self._document['number']}"

    def _draw_marks(self) -> None:
        for y in theme.FOLDS:
            self.paper.line(5 * mm, 8 * mm, y, thickness=0.3)
        self.paper.line(4 * mm, 9 * mm, theme.PUNCH, thickness=0.3)

    def _draw_name(self) -> None:
        size, lines = _fitted(self._seller["name"], BOLD, _NAME_SIZES, 95 * mm, most=2)
        for index, line in enumerate(lines):
            y = 26 * mm + 1.2 * size * index
            self.paper.text(LEFT, y, line, font=BOLD, size=size, colour=self.accent)

    def _draw_logo(self, picture: bytes) -> None:
        """The logo in the size that it has on screens, on a dark ground where it could not be seen on paper."""
        logo = self._seller["logo"]
        width, height = logo["width"] * _PIXEL, logo["height"] * _PIXEL
        top = _LOGO_MIDDLE - height / 2
        if logo["plate"] == "light":
            self.paper.plate(LEFT - 2 * mm, top - 2 * mm, width + 4 * mm, height + 4 * mm)
        self.paper.picture(LEFT, top, width, height, picture)

    def _draw_contact(self) -> None:
        y = 24 * mm
        for line in self._contact():
            self.paper.text_to(RIGHT, y, line, size=8.5, colour=QUIET)
            y += 4 * mm

    def _contact(self) -> list[str]:
        website = self._seller["website"].removeprefix("https://").rstrip("/")
        return [line for line in (website, self._seller["email"], self._seller["phone"]) if line]

    def _draw_address(self) -> None:
        sender = " · ".join([self._seller["name"], *address_lines(self._seller["address"])])
        size, (line, *_) = _fitted(sender, REGULAR, _SENDER_SIZES, theme.ADDRESS_WIDTH, most=1)
        self.paper.text(LEFT, theme.ADDRESS_TOP - 2.6 * mm, line, size=size, colour=QUIET)
        self.paper.line(LEFT, LEFT + theme.ADDRESS_WIDTH, theme.ADDRESS_TOP - 1.4 * mm, thickness=0.3)
        size, lines = self._fitted_address()
        # The window stays where envelopes have it. Within it a Hebrew or Arabic address begins at the right, all of
        # it: a country's name in Latin letters below would look lost at the other edge.
        from_right = is_from_right(lines)
        y = theme.ADDRESS_TOP + 1.15 * size
        for line in lines:
            if from_right:
                self.paper.text_to(LEFT + theme.ADDRESS_WIDTH, y, line, size=size)
            else:
                self.paper.text(LEFT, y, line, size=size)
            y += 1.28 * size

    def _fitted_address(self) -> tuple[float, list[str]]:
        """The address in the largest type in which it fits into the window."""
        buyer = self._document["buyer"]
        abroad = buyer["address"]["country"] != self._seller["address"]["country"]
        country = self.wording.country(buyer["address"]["country"]).upper() if abroad else ""
        given = [buyer["company"], buyer["name"], *address_lines(buyer["address"]), country]
        lines: list[str] = []
        for size in _ADDRESS_SIZES:
            lines = [
                part for line in given if line for part in wrap(line, REGULAR, size, theme.ADDRESS_WIDTH)
            ]
            if len(lines) * 1.28 * size <= theme.ADDRESS_HEIGHT:
                return size, lines
        return size, lines[: int(theme.ADDRESS_HEIGHT / (1.28 * size))]

    def _draw_facts(self) -> None:
        y = theme.FACTS_TOP
        for label, value in self._facts():
            lines = wrap(value, BOLD, 9, RIGHT - theme.FACTS_LEFT - 30 * mm)
            self.paper.text(theme.FACTS_LEFT, y, label, size=8.5, colour=QUIET)
            for line in lines:
                self.paper.text_to(RIGHT, y, line, font=BOLD, size=9)
                y += 3.9 * mm
            self.paper.line(theme.FACTS_LEFT, RIGHT, y - 2.1 * mm, colour=HAIRLINE, thickness=0.3)
            y += 1.9 * mm

    def _facts(self) -> list[tuple[str, str]]:
        document, wording = self._document, self.wording
        facts = [
            (wording(f"number.{document['kind']}"), document["number"]),
            (wording("date"), wording.day(document["created_on"])),
            (wording("customer"), document["buyer"]["customer"]),
            (wording("po_number"), document["po_number"]),
            (wording("buyer_vat"), document["buyer"]["vat_number"]),
        ]
        if document["kind"] == "invoice":
            facts.insert(2, (wording("due"), wording.day(document["due_on"])))
        return [(label, value) for label, value in facts if value]

    def _footer_columns(self) -> list[list[str]]:
        seller, wording = self._seller, self.wording
        bank = seller["bank"] or {}
        numbers = [("seller_vat", seller["vat_number"]), ("registration", seller["registration_number"])]
        account = [("iban", grouped(bank.get("iban", ""))), ("bic", bank.get("bic", ""))]
        return [
            [seller["legal_name"] or seller["name"], *address_lines(seller["address"])],
            self._contact(),
            [f"{wording(label)} {value}" for label, value in numbers if value],
            [
                *([bank["bank_name"]] if bank.get("bank_name") else []),
                *(f"{wording(label)} {value}" for label, value in account if value),
            ],
        ]


def _fitted(
    text: str, font: str, sizes: Sequence[float], width: float, *, most: int
) -> tuple[float, list[str]]:
    """``text`` in the largest of ``sizes`` in which it takes at most ``most`` lines; cut where none does."""
    for size in sizes:
        lines = wrap(text, font, size, width)
        if len(lines) <= most:
            return size, lines
    return sizes[-1], lines[:most]


def address_lines(address: View) -> list[str]:
    """Street and town, as they are written where the address is; without the country."""
    town = f"{address['postal_code']} {address['city']}".strip()
    region = address["region"]
    if address["country"] in _TOWN_FIRST:
        town = " ".join(part for part in (address["city"], region, address["postal_code"]) if part)
        region = ""
    return [line for line in (address["line1"], address["line2"], town, region) if line]


def grouped(iban: str) -> str:
    """An IBAN in groups of four."""
    plain = iban.replace(" ", "")
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
