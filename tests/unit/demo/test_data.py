"""Every row of the demo data fits its contract, and the figures are right by a reckoning of their own."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from deploy.demo import files, history
from deploy.demo.periods import billed_periods
from deploy.demo.rows import rows
from deploy.importer.folder import Rows
from deploy.importer.importing import idempotency_key
from deploy.importer.stages import STAGES, Stage
from services.customers.domain.bill_groups import BillGroup, new_bill_group
from services.customers.domain.contacts import Contact
from services.customers.domain.merchant import Company, Merchant
from services.customers.domain.own_texts import checked
from services.customers.domain.settings import set_merchant
from services.gateway.api.strict import body_schema
from services.gateway.api.table import OPERATIONS
from shared.contracts.registry import CONTRACTS
from shared.placeholders.kinds import LANGUAGES

AS_OF = files.as_of()
ROWS = rows(AS_OF)
IMPORTS = {operation.path: operation for operation in OPERATIONS if operation.path.startswith("/imports/")}
DOCUMENTS: dict[str, Any] = {row["number"]: row for row in files.read("invoices")}
INVOICES = [row for row in DOCUMENTS.values() if "corrects" not in row]
TRANSACTIONS = files.read("transactions")
SUBSCRIPTIONS = files.read("subscriptions")["subscriptions"]
GROUPS = files.bill_groups()

# § 12 UStG for buyers at home and consumers in the EU; else the buyer's business owes the tax, if any is due.
TAXED = {"DE", "AT", "FR"}
NOT_TAXED_WITH_VAT_NUMBER = {"AT", "FR"}


def test_no_file_grew_out_of_hand() -> None:
    sizes = [path.stat().st_size for path in Path(files.__file__).parent.glob("*.json")]
    assert sum(sizes) < 1_500_000


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.title)
def test_every_row_fits_its_contract(stage: Stage) -> None:
    """The API refuses fields that it doesn't know."""
    schema = body_schema(IMPORTS[stage.path])
    assert schema is not None
    for row in ROWS[stage.file]:
        assert schema.validate(row) == {}, row.get(stage.handle)


def test_no_two_rows_have_one_key() -> None:
    keys = [
        idempotency_key(stage, row)
        for stage in STAGES
        for row in Rows(ROWS).rows(stage.file)
        if stage.picks(row.body)
    ]
    assert len(keys) == sum(map(len, ROWS.values()))
    assert len(set(keys)) == len(keys)


def test_the_merchant_and_the_bill_groups_are_possible_ones() -> None:
    loaded = CONTRACTS["customers"].methods["set_merchant"].request(partial=True).load(files.read("merchant"))
    set_merchant(Merchant(), Merchant(company=Company.of(loaded["company"])))
    for handle, group in GROUPS.items():
        contacts = group["contacts"]
        new_bill_group(
            BillGroup(
                handle=handle,
                customer="cust",
                currency=group["currency"],
                time_zone=group["time_zone"],
                language=group["language"],
                billing=Contact.of(contacts["billing"]),
                shipping=Contact.of(contacts["shipping"]) if "shipping" in contacts else None,
                vat_number=group.get("vat_number", ""),
            ),
            imported=True,
        )


def test_only_addresses_that_can_belong_to_nobody() -> None:
    addresses = [
        contact["email"]
        for group in GROUPS.values()
        for contact in group["contacts"].values()
        if "email" in contact
    ]
    addresses += [each["email"] for each in files.read("signins")]
    assert all(address.endswith(".example") for address in addresses)


def test_the_sign_ins_are_customers() -> None:
    known = {group["contacts"]["billing"]["email"] for group in GROUPS.values()}
    assert {each["email"] for each in files.read("signins")} <= known


def test_customers_of_many_kinds() -> None:
    countries = {group["contacts"]["billing"]["address"]["country"] for group in GROUPS.values()}
    assert len(files.read("customers")) >= 25
    assert {"DE", "AT", "CH", "FR", "GB", "US", "JP"} <= countries
    assert {"EUR", "GBP", "CHF", "JPY"} <= {group["currency"] for group in GROUPS.values()}


def test_invoices_and_transactions_are_what_the_generator_makes() -> None:
    """Run ``python -m deploy.demo.history`` after a change of the other files."""
    assert (list(DOCUMENTS.values()), TRANSACTIONS) == history.history()


@pytest.mark.parametrize("prefix", ["", "CN-"])
def test_numbers_have_no_gap_and_follow_the_days(prefix: str) -> None:
    series = defaultdict(list)
    for number, row in DOCUMENTS.items():
        if number.startswith("CN-") == bool(prefix):
            year, sequence = number.removeprefix(prefix).split("-")
            assert row["created_on"].startswith(year)
            series[year].append((int(sequence), row["created_on"]))
    assert set(series) >= {"2025", "2026"}
    for entries in series.values():
        entries.sort()
        assert [sequence for sequence, _ in entries] == list(range(1, len(entries) + 1))
        assert [day for _, day in entries] == sorted(day for _, day in entries)


def test_lines_taxes_and_totals() -> None:
    for row in DOCUMENTS.values():
        assert row["total"] == total_of(row), row["number"]


def total_of(row: files.Row) -> Decimal:
    """Net sums per tax code, and the tax on each, rounded half up."""
    group = GROUPS[row["bill_group"]]
    country, has_vat_number = group["contacts"]["billing"]["address"]["country"], "vat_number" in group
    taxed = country in TAXED and not (has_vat_number and country in NOT_TAXED_WITH_VAT_NUMBER)
    bases: dict[str, Decimal] = defaultdict(Decimal)
    for line in row["lines"]:
        bases[line["tax_code"]] += Decimal(line["quantity"]) * line["unit_amount"] - line.get("discount", 0)
    rates = {"standard": Decimal("0.19"), "reduced": Decimal("0.07")} if taxed else defaultdict(Decimal)
    taxes = [(base * rates[code]).quantize(Decimal(1), ROUND_HALF_UP) for code, base in bases.items()]
    return sum(bases.values(), Decimal()) + sum(taxes, Decimal())


def test_every_period_was_billed_once() -> None:
    plans = files.plans()
    expected = [
        (subscription["subscription"], str(period.start))
        for subscription in SUBSCRIPTIONS
        for period in billed_periods(subscription, plans[subscription["plan"]])
    ]
    billed = [(row["lines"][0]["subscription"], row["lines"][0]["period"]["start"]) for row in INVOICES]
    assert sorted(billed) == sorted(expected)


def test_payments_and_transactions_agree() -> None:
    transactions = {row["transaction"]: row for row in TRANSACTIONS}
    assert len(transactions) == len(TRANSACTIONS)
    for row in INVOICES:
        for payment in row.get("payments", []):
            transaction = transactions[payment["transaction"]]
            assert transaction["invoice"] == f"inv-{row['number']}"
            assert transaction["bill_group"] == row["bill_group"]
            assert (transaction["amount"], transaction["state"]) == (payment["amount"], "settled")


def test_nobody_paid_too_much() -> None:
    paid: dict[str, int] = defaultdict(int)
    for row in TRANSACTIONS:
        if row["state"] in ("settled", "refunded"):
            paid[row["invoice"]] += row["amount"] if row["kind"] == "settle" else -row["amount"]
    credited: dict[str, int] = defaultdict(int)
    for row in DOCUMENTS.values():
        if "corrects" in row:
            credited[row["corrects"]] += row["total"]
    open_ones = 0
    for row in INVOICES:
        handle = f"inv-{row['number']}"
        due = row["total"] - paid[handle] - credited[handle]
        assert due >= 0, handle
        open_ones += due > 0
    assert 5 <= open_ones <= 15


def test_subscriptions_in_every_state() -> None:
    held = {row["hold"]["reason"] for row in SUBSCRIPTIONS if "hold" in row}
    assert held == {"on_demand", "dunning"}
    assert any("cancellation" in row for row in SUBSCRIPTIONS)
    assert any("expiry" in row for row in SUBSCRIPTIONS)
    not_billed = [row["starts_on"] > str(AS_OF) for row in SUBSCRIPTIONS if "paid_until" not in row]
    assert set(not_billed) == {True, False}  # One that has not begun, and trials.


def test_subscriptions_belong_to_their_bill_groups() -> None:
    owners = {
        group["bill_group"]: row["customer"]
        for row in files.read("customers")
        for group in row["bill_groups"]
    }
    for row in SUBSCRIPTIONS:
        group = GROUPS[row["bill_group"]]
        assert row["customer"] == owners[row["bill_group"]]
        assert (row["currency"], row["time_zone"]) == (group["currency"], group["time_zone"])


def test_two_customers_share_an_address() -> None:
    customers = [
        row["customer"]
        for row in files.read("customers")
        for group in row["bill_groups"]
        if group["contacts"]["billing"]["email"] == "petra@vogel-studio.example"
    ]
    assert len(set(customers)) == 2


def test_own_texts_can_be_filled_and_are_there_in_both_languages() -> None:
    texts = files.read("texts")
    for row in texts:
        assert checked(row["kind"], row["text"]) == row["text"]
        assert "[" in row["text"]
    by_language = {
        language: {row["kind"] for row in texts if row["language"] == language} for language in LANGUAGES
    }
    assert by_language["en"] == by_language["de"] >= {"sign_in_page", "invoice_intro", "invoice_closing"}
