"""Makes the invoices, credit notes and transactions of the past: ``python -m deploy.demo.history``.

What was billed follows from the subscriptions; who paid how, and what went wrong, stands in ``habits.json``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter

from deploy.demo import files
from deploy.demo.files import Row
from deploy.demo.periods import billed_periods
from services.invoices.domain.taxation import TaxPlace, decide
from services.subscriptions.domain.periods import Period
from shared.kernel.ids import handle_from_number
from shared.kernel.money import round_half_up

_SETUP_FEE = {"en": "Setup fee", "de": "Einrichtungsgebühr"}


def tax_rate(tax_code: str, group: Row) -> Decimal:
    """The tax in percent on a thing of ``tax_code`` that is billed to ``group``."""
    seller, buyer = files.read("merchant")["company"], group["contacts"]["billing"]
    at = TaxPlace(seller["address"]["country"], seller["vat_number"])
    to = TaxPlace(buyer["address"]["country"], group.get("vat_number", ""))
    return decide(tax_code, at, to).rate


def total(lines: list[Row], group: Row) -> int:
    """What ``lines`` come to with taxes: per rate, on the sum of its lines, half up (EN 16931)."""
    bases: dict[Decimal, int] = defaultdict(int)
    for line in lines:
        net = round_half_up(Fraction(line["quantity"]) * line["unit_amount"]) - line.get("discount", 0)
        bases[tax_rate(line.get("tax_code", "standard"), group)] += net
    return sum(base + round_half_up(Fraction(rate) * base / 100) for rate, base in bases.items())


@dataclass(frozen=True)
class Billed:
    """One period of one subscription, billed to ``group``."""

    subscription: Row
    plan: Row
    group: Row
    period: Period

    @property
    def place(self) -> tuple[str, str]:
        """Which period of which subscription: how ``habits`` name it."""
        return self.subscription["subscription"], self.period.start.isoformat()

    def lines(self) -> list[Row]:
        """The lines as the billing run would make them."""
        language = self.group["language"]
        price = next(each for each in self.plan["prices"] if each["currency"] == self.group["currency"])
        quantity, unit_amount = self.subscription.get("quantity", 1), price["unit_amount"]
        line = {
            "description": f"{_product_name(self.plan, language)} – {self.plan['names'][language]}",
            "quantity": str(quantity),
            "unit_amount": unit_amount,
            "tax_code": self.plan.get("tax_code", "standard"),
            "period": {"start": str(self.period.start), "end": str(self.period.end - timedelta(days=1))},
            "subscription": self.subscription["subscription"],
        }
        if "discount" in self.subscription:
            line["discount"] = _discount(self.subscription["discount"], quantity * unit_amount)
        first = next(billed_periods(self.subscription, self.plan))
        if self.period == first and "setup_fee" in price:
            fee = {"description": _SETUP_FEE[language], "quantity": "1", "unit_amount": price["setup_fee"]}
            return [line, {**fee, "tax_code": line["tax_code"], "subscription": line["subscription"]}]
        return [line]


@dataclass
class Ledger:
    """The documents and transactions so far, in the order of their days."""

    as_of: date
    habits: Row
    groups: dict[str, Row]
    instruments: dict[str, Row]
    invoices: list[Row] = field(default_factory=list)
    transactions: list[Row] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def bill(self, billed: Billed) -> None:
        """The invoice of a period, and what was paid on it."""
        day = billed.period.start
        lines = billed.lines()
        invoice = {
            "bill_group": billed.group["bill_group"],
            "number": self._number("{year}-{number:05d}", day),
            **self._document(billed, day, lines),
        }
        self.invoices.append(invoice)
        self._pay(invoice, billed)
        for credit in self._noted("credited", billed):
            self._credit(invoice, billed, credit)

    def _document(self, billed: Billed, day: date, lines: list[Row]) -> Row:
        return {
            "created_on": str(day),
            "due_on": str(day + timedelta(days=self.habits["due_days"])),
            "language": billed.group["language"],
            "lines": lines,
            "total": total(lines, billed.group),
        }

    def _pay(self, invoice: Row, billed: Billed) -> None:
        habit = self.habits["payers"][invoice["bill_group"]]
        day = date.fromisoformat(invoice["created_on"])
        amount = invoice["total"]
        for trouble in self._noted("unpaid", billed):
            if "status" in trouble:
                invoice["status"] = trouble["status"]
            for days in trouble.get("failed_after_days", ()):
                self._move(invoice, "settle", "failed", amount, day + timedelta(days=days), habit)
            if "part_paid" not in trouble:
                return
            amount = trouble["part_paid"]
        settled_on = day + timedelta(days=habit.get("days", 0))
        if settled_on > self.as_of:
            if "method" in habit:
                self._move(invoice, "settle", "processing", amount, day, habit)
            return
        payment = self._move(invoice, "settle", "settled", amount, settled_on, habit)
        invoice["payments"] = [_as_payment(payment)]
        for chargeback in self._noted("charged_back", billed):
            back_on, again_on = chargeback["days"], chargeback["paid_again_after_days"]
            self._move(invoice, "chargeback", "settled", amount, day + timedelta(days=back_on), habit)
            self._move(invoice, "settle", "settled", amount, day + timedelta(days=again_on), {})

    def _credit(self, invoice: Row, billed: Billed, credit: Row) -> None:
        day = billed.period.start + timedelta(days=credit["after_days"])
        lines = [
            {**line, "quantity": str(credit.get("quantity", line["quantity"]))} for line in invoice["lines"]
        ]
        note = {
            "kind": "credit_note",
            "bill_group": invoice["bill_group"],
            "number": self._number("CN-{year}-{number:05d}", day),
            "corrects": _handle(invoice),
            **self._document(billed, day, lines),
            "due_on": str(day),
            "note": credit["note"][billed.group["language"]],
        }
        self.invoices.append(note)
        if credit["refunded"]:
            habit = self.habits["payers"][invoice["bill_group"]]
            self._move(invoice, "refund", "refunded", note["total"], day + timedelta(days=1), habit)

    def _move(self, invoice: Row, kind: str, state: str, amount: int, day: date, habit: Row) -> Row:
        group = invoice["bill_group"]
        transaction = {
            "bill_group": group,
            "transaction": f"txn-{len(self.transactions) + 1:05d}",
            "kind": kind,
            "state": state,
            "amount": amount,
            "currency": self.groups[group]["currency"],
            "invoice": _handle(invoice),
            "method": self.instruments.get(habit.get("method", "")),
            "at": f"{day}T06:15:00+00:00",
        }
        self.transactions.append(transaction)
        return transaction

    def _noted(self, what: str, billed: Billed) -> Iterator[Row]:
        return (row for row in self.habits[what] if (row["subscription"], row["period"]) == billed.place)

    def _number(self, pattern: str, day: date) -> str:
        series = pattern.replace("{year}", str(day.year))
        self._numbers[series] += 1
        return series.format(number=self._numbers[series])


def history() -> tuple[list[Row], list[Row]]:
    """All invoices with credit notes, and all transactions."""
    instruments = {
        item["payment_method"]: {name: item[name] for name in ("kind", "brand", "last4")}
        for wallet in files.read("wallets")
        for item in wallet["items"]
    }
    ledger = Ledger(files.as_of(), files.read("habits"), files.bill_groups(), instruments)
    for billed in sorted(_everything_billed(), key=lambda each: (each.period.start, each.place)):
        ledger.bill(billed)
    return ledger.invoices, sorted(ledger.transactions, key=itemgetter("at", "transaction"))


def _everything_billed() -> Iterator[Billed]:
    groups, plans = files.bill_groups(), files.plans()
    for subscription in files.read("subscriptions")["subscriptions"]:
        plan = plans[subscription["plan"]]
        for period in billed_periods(subscription, plan):
            yield Billed(subscription, plan, groups[subscription["bill_group"]], period)


def _product_name(plan: Row, language: str) -> str:
    products = files.read("catalogue")["products"]
    return str(next(each for each in products if each["product"] == plan["product"])["names"][language])


def _discount(discount: Row, price: int) -> int:
    if "percent" in discount:
        return round_half_up(Fraction(discount["percent"]) * price / 100)
    return int(min(discount["amount"], price))


def _handle(invoice: Row) -> str:
    return handle_from_number("inv", invoice["number"])


def _as_payment(payment: Row) -> Row:
    return {name: payment[name] for name in ("transaction", "amount", "at", "method")}


if __name__ == "__main__":
    invoices, transactions = history()
    files.write("invoices", invoices)
    files.write("transactions", transactions)
    print(f"{len(invoices)} documents, {len(transactions)} transactions")
