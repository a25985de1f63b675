"""Words, amounts and dates in the document's language: English and German."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from shared.kernel.money import Money

_CODE_MEETS_DIGIT = re.compile(r"(?<=[A-Z])(?=\d)")
_WORDS = {
    "en": {
        "invoice": "Invoice",
        "credit_note": "Credit note",
        "corrects": "for invoice {number}",
        "number.invoice": "Invoice number",
        "number.credit_note": "Credit note number",
        "date": "Date",
        "due": "Payable until",
        "customer": "Customer",
        "po_number": "Your reference",
        "buyer_vat": "Your VAT number",
        "position": "No.",
        "description": "Description",
        "quantity": "Quantity",
        "unit_amount": "Unit price",
        "tax_rate": "VAT",
        "net": "Amount in {currency}",
        "discount": "Discount",
        "carried": "Carried forward",
        "line_total": "Subtotal",
        "net_total": "Total without VAT",
        "tax": "VAT {rate} on {base}",
        "total.invoice": "Total",
        "total.credit_note": "Credit total",
        "pay": "Please pay {amount} by {due}. Unless it is collected automatically, transfer it to this account:",
        "pay_plain": "Please pay {amount} by {due}.",
        "nothing_due": "There is nothing to pay.",
        "credit": "We credit {amount} to you: it is set off against the invoice, or paid back.",
        "holder": "Account holder",
        "iban": "IBAN",
        "bic": "BIC",
        "bank": "Bank",
        "reference": "Reference",
        "scan": "Scan to pay",
        "supply": "Unless a period is stated, the date of supply is the date of this document.",
        "ship_to": "Delivery address: {address}",
        "reverse_charge": "Reverse charge: VAT is to be accounted for by the recipient "
        "(Art. 196 Directive 2006/112/EC).",
        "export": "Place of supply outside the European Union: not subject to VAT in the EU.",
        "exempt": "Exempt from VAT.",
        "outside_scope": "Not subject to VAT.",
        "page": "Page {page} of {pages}",
        "seller_vat": "VAT number",
        "registration": "Registration",
        "phone": "Phone",
    },
    "de": {
        "invoice": "Rechnung",
        "credit_note": "Rechnungskorrektur",
        "corrects": "zur Rechnung {number}",
        "number.invoice": "Rechnungsnummer",
        "number.credit_note": "Belegnummer",
        "date": "Datum",
        "due": "Zahlbar bis",
        "customer": "Kunde",
        "po_number": "Ihre Referenz",
        "buyer_vat": "Ihre USt-IdNr.",
        "position": "Pos.",
        "description": "Beschreibung",
        "quantity": "Menge",
        "unit_amount": "Einzelpreis",
        "tax_rate": "USt.",
        "net": "Betrag in {currency}",
        "discount": "Rabatt",
        "carried": "Übertrag",
        "line_total": "Zwischensumme",
        "net_total": "Summe ohne USt.",
        "tax": "USt. {rate} auf {base}",
        "total.invoice": "Gesamtbetrag",
        "total.credit_note": "Gutschriftbetrag",
        "pay": "Bitte zahlen Sie {amount} bis zum {due}. Sofern der Betrag nicht automatisch eingezogen wird, "
        "überweisen Sie bitte auf dieses Konto:",
        "pay_plain": "Bitte zahlen Sie {amount} bis zum {due}.",
        "nothing_due": "Es ist nichts zu zahlen.",
        "credit": "Wir schreiben Ihnen {amount} gut: Der Betrag wird mit der Rechnung verrechnet oder erstattet.",
        "holder": "Kontoinhaber",
        "iban": "IBAN",
        "bic": "BIC",
        "bank": "Bank",
        "reference": "Verwendungszweck",
        "scan": "Scannen und zahlen",
        "supply": "Soweit kein Zeitraum angegeben ist, entspricht das Leistungsdatum dem Belegdatum.",
        "ship_to": "Lieferanschrift: {address}",
        "reverse_charge": "Steuerschuldnerschaft des Leistungsempfängers "
        "(Art. 196 Richtlinie 2006/112/EG, § 13b UStG).",
        "export": "Leistungsort außerhalb der Europäischen Union: in der EU nicht steuerbar (§ 3a UStG).",
        "exempt": "Umsatzsteuerfrei.",
        "outside_scope": "Nicht steuerbar.",
        "page": "Seite {page} von {pages}",
        "seller_vat": "USt-IdNr.",
        "registration": "Register",
        "phone": "Telefon",
    },
}


class Wording:
    """How a document of ``currency`` speaks and writes numbers in ``language`` (an IETF tag)."""

    def __init__(self, language: str, currency: str) -> None:
        spoken = language.replace("_", "-").split("-")[0].lower()
        # Numbers and dates follow the words: nobody reads Portuguese dates in English sentences.
        if spoken not in _WORDS:
            spoken = language = "en"
        self.language = language if _is_known(language) else spoken
        self._words = _WORDS[spoken]
        self._locale = _locale(self.language)
        self._currency = currency

    def __call__(self, word: str, **values: str) -> str:
        """A word or sentence, with ``values`` in it."""
        return self._words[word].format(currency=self._currency, **values)

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        major = Money(minor, self._currency).major
        return _typeset(format_currency(major, self._currency, locale=self._locale))

    def amount(self, minor: int) -> str:
        """An amount for a column that names the currency on top."""
        major = Money(minor, self._currency).major
        return _typeset(format_currency(major, self._currency, "#,##0.00", locale=self._locale))

    def decimal(self, value: str) -> str:
        """A quantity."""
        return format_decimal(Decimal(value), "#,##0.######", locale=self._locale)

    def percent(self, rate: str) -> str:
        """A tax rate."""
        return format_percent(Decimal(rate) / 100, locale=self._locale, decimal_quantization=False)

    def day(self, iso: str) -> str:
        """A day in full: 21 November 2026."""
        return format_date(date.fromisoformat(iso), "long", locale=self._locale)

    def days(self, start: str, end: str) -> str:
        """Days from ``start`` to ``end``."""
        first, last = (
            format_date(date.fromisoformat(day), "medium", locale=self._locale) for day in (start, end)
        )
        return first if start == end else f"{first} – {last}"

    def country(self, code: str) -> str:
        """The name of a country."""
        return self._locale.territories.get(code, code)


def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def _is_known(language: str) -> bool:
    """Whether it is known how numbers and dates are written there: an imported document may name anything."""
    try:
        _locale(language)
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _typeset(amount: str) -> str:
    """The amount with the minus sign that is as wide as a digit, and a space between a currency's code and it.

    Babel leaves out that space, which CLDR asks for (currencySpacing).
    """
    return _CODE_MEETS_DIGIT.sub("\u00a0", amount.replace("-", "\u2212"))
