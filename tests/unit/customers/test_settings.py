"""Groups of the merchant's settings: each is set without touching the others, and nobody overwrites unseen changes."""

from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customers.domain.merchant import Merchant
from services.customers.domain.merchant_checks import checked_origin
from services.customers.domain.settings import GROUPS, UNTOLD, set_group
from services.customers.usecases.merchant import MerchantSettings
from shared.contracts import customer_words as words
from shared.contracts.customer_access import AccessSettings
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from tests.unit.customers.examples import BERLIN
from tests.unit.customers.fakes import FakeMerchantAccount

SYSTEM = Context(principal=system("tests"))


class Desk:
    def __init__(self) -> None:
        self.account: Any = FakeMerchantAccount()
        self.settings = MerchantSettings(self.account)
        self._keys = 0

    def set(self, group: str, context: Context = SYSTEM, version: int | None = None, **settings: Any) -> Any:
        asked = CONTRACTS["customers"].methods[f"set_{group}"].request().load({**settings, "key": "x" * 8})
        asked |= {"version": version, "key": self._key(group)}
        if group == "company":
            return self.settings.set_company(context, **asked)
        return self.settings.set_group(context, group, **asked)

    def _key(self, method: str) -> IdempotencyKey:
        self._keys += 1
        return IdempotencyKey(f"key-{self._keys}", "hash", f"set_{method}")


@pytest.fixture
def desk() -> Desk:
    return Desk()


COMPANY = {"name": "Acme", "address": asdict(BERLIN)}


def test_each_setting_belongs_to_one_group_and_to_its_verb() -> None:
    names = [name for group in GROUPS.values() for name in group]
    assert sorted(names) == sorted({each.name for each in fields(Merchant)} - set(UNTOLD))
    for group, schema in (
        ("company", words.CompanySettings),
        ("portal", words.PortalSettings),
        ("documents", words.DocumentSettings),
    ):
        assert set(GROUPS[group]) == set(schema().fields)
    # The default for access has a verb of its own: it is for customers to come, or for all.
    assert set(GROUPS["access"]) == {"default_access", *AccessSettings().fields}
    assert {name for name in names if name.startswith("customers_")} == set(words.SWITCHES)


def test_what_holds_before_anybody_has_set_it_is_what_the_contract_says() -> None:
    for group in (words.PortalSettings, words.DocumentSettings):
        assert group().dump(group().load({})) == group().dump(asdict(Merchant()))


def test_one_group_is_set_and_the_others_stay(desk: Desk) -> None:
    desk.set("company", company=COMPANY)
    desk.set("portal", accent="#aa0000", customers_pause=False)
    merchant = desk.set("documents", payment_days=30)
    assert merchant["company"]["name"] == "Acme"
    assert (merchant["accent"], merchant["customers_pause"], merchant["payment_days"]) == (
        "#aa0000",
        False,
        30,
    )
    assert merchant["numbering"] == {"invoice": "{year}-{number:5}", "credit_note": "CN-{year}-{number:5}"}


def test_what_somebody_else_changed_in_another_group_does_no_harm(desk: Desk) -> None:
    seen = desk.settings.get_merchant()["version"]
    desk.set("portal", version=seen, accent="#aa0000")
    assert desk.set("documents", version=seen, payment_days=30)["accent"] == "#aa0000"


def test_an_unseen_change_of_the_same_group_is_not_overwritten_but_shown(desk: Desk) -> None:
    seen = desk.settings.get_merchant()["version"]
    desk.set("portal", version=seen, accent="#aa0000")
    with pytest.raises(DomainError, match="changed_meanwhile") as refused:
        desk.set("portal", version=seen, accent="#00aa00")
    current = refused.value.params["current"]
    assert current["accent"] == "#aa0000"
    assert desk.set("portal", version=current["version"], accent="#00aa00")["accent"] == "#00aa00"


def test_setting_it_to_what_it_is_tells_nothing(desk: Desk) -> None:
    desk.set("portal", accent="#aa0000")
    desk.set("portal", accent="#aa0000")
    told = desk.account.aggregates.happenings
    assert [each.data["fields_changed"] for each in told] == [["accent"]]


def test_only_the_merchants_side_sets_anything(desk: Desk) -> None:
    for principal in (ANONYMOUS, Principal(PrincipalKind.CUSTOMER, "bg-1")):
        for group, settings in (("company", {"company": COMPANY}), ("portal", {}), ("documents", {})):
            with pytest.raises(DomainError, match="not_allowed"):
                desk.set(group, Context(principal=principal), **settings)


def test_a_portal_can_be_set_up_before_the_company(desk: Desk) -> None:
    assert desk.set("portal", accent="#aa0000")["accent"] == "#aa0000"


@pytest.mark.parametrize(
    "group, settings, problems",
    [
        ("company", {"company": {}}, {"company.name": "required", "company.address.country": "required"}),
        (
            "company",
            {"company": {"name": "A", "address": {**asdict(BERLIN), "city": "", "postal_code": "1"}}},
            {"company.address.city": "required", "company.address.postal_code": "invalid_postal_code"},
        ),
        (
            "portal",
            {"terms_url": "/terms", "privacy_url": "ftp://x.example/"},
            dict.fromkeys(("terms_url", "privacy_url"), "invalid_url"),
        ),
        (
            "portal",
            {"frame_origins": ["https://a.example", "http://b.example"]},
            {"frame_origins": "invalid_origin"},
        ),
        ("documents", {"numbering": {"invoice": "{year}"}}, {"numbering.invoice": "invalid_numbering"}),
        (
            "documents",
            {"numbering": {"credit_note": "{year}/{number}"}},
            {"numbering.credit_note": "numbering_used"},
        ),
        (
            "documents",
            {"numbering": {"invoice": "CN-{year}-{number}"}},
            {"numbering.credit_note": "numbering_used"},
        ),
    ],
)
def test_what_is_wrong_is_told_by_field(
    desk: Desk, group: str, settings: dict[str, Any], problems: dict[str, str]
) -> None:
    with pytest.raises(DomainError, match="invalid_merchant") as refused:
        desk.set(group, **settings)
    assert refused.value.params["fields"] == problems


def test_headlines_and_origins_are_tidied(desk: Desk) -> None:
    merchant = desk.set(
        "portal",
        headlines={"de": "  Willkommen ", "en": " "},
        frame_origins=["https://App.example/", "https://app.example", " ", "https://ä.example:8443"],
        document_kinds=["credit_note", "invoice", "credit_note"],
    )
    assert merchant["headlines"] == {"de": "Willkommen"}
    assert list(merchant["frame_origins"]) == ["https://app.example", "https://xn--4ca.example:8443"]
    assert list(merchant["document_kinds"]) == ["invoice", "credit_note"]


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example",
        "a.example",
        "https://",
        "https://*.example",
        "https://a.example/path",
        "https://a.example?x",
        "https://a.example#x",
        "https://a.example/?",
        "https://user@a.example",
        "https://a.example:99999",
        "https://a.example; script-src *",
        "https://a.example 'self'",
        "https://a.example,https://b.example",
        "https://localhost",
        "javascript:alert(1)",
        "https://a..example",
    ],
)
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        checked_origin(text)


@given(st.text(max_size=60))
def test_whatever_is_taken_for_an_origin_fits_into_a_header(text: str) -> None:
    try:
        origin = checked_origin(f"https://{text}")
    except ValueError:
        return
    assert origin.isascii()
    assert not set(origin) & set(" ;,'\"*\r\n")


def test_a_group_counts_from_its_own_last_change() -> None:
    merchant, _ = set_group(Merchant(), "portal", {"accent": "#aa0000"}, seen=1, becomes=2)
    assert merchant == replace(Merchant(), accent="#aa0000", changed_at={"portal": 2})
    with pytest.raises(DomainError, match="changed_meanwhile"):
        set_group(merchant, "portal", {"accent": "#00aa00"}, seen=1, becomes=3)
    later, _ = set_group(merchant, "documents", {"payment_days": 3}, seen=1, becomes=3)
    assert later.changed_at == {"portal": 2, "documents": 3}


def test_changes_are_told_part_by_part(desk: Desk) -> None:
    desk.set("company", company={**COMPANY, "name": "Acme"})
    desk.set("company", company={**COMPANY, "name": "Apex"})
    desk.set("portal", customers_pause=False, headlines={"de": "Hallo"}, sign_in_ways=["link"])
    first, second, third = [each.data["changes"] for each in desk.account.aggregates.happenings]
    assert {"field": "company.address.city", "old": "", "new": "Berlin"} in first
    assert second == [{"field": "company.name", "old": "Acme", "new": "Apex"}]
    assert third == [
        {"field": "sign_in_ways", "old": "code, link", "new": "link"},
        {"field": "customers_pause", "old": "on", "new": "off"},
        {"field": "headlines.de", "old": "", "new": "Hallo"},
    ]
    for each in desk.account.aggregates.happenings:
        assert CONTRACTS["customers"].events[each.type].data().validate(each.data) == {}
