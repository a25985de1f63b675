"""Products and plans: made, changed, archived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.subscriptions.domain.catalogue import (
    new_plan,
    new_product,
    plan_archived,
    product_archived,
    renamed,
    revised,
)
from services.subscriptions.domain.periods import Interval, Unit
from services.subscriptions.domain.plans import Price
from shared.kernel.errors import DomainError
from tests.unit.subscriptions import make
from tests.unit.subscriptions.test_wire import PLAN, PRODUCT

LATER = make.NOW + timedelta(days=9)


def types(listed):
    return [happening.type for happening in listed.happenings]


def test_what_is_new_is_told():
    assert types(new_product(PRODUCT)) == ["product_created"]
    assert types(new_plan(PLAN)) == ["plan_created"]


def test_other_names_are_told_and_the_same_are_not():
    listed = renamed(PRODUCT, {"en": "Atelier"})
    assert listed.value == replace(PRODUCT, names={"en": "Atelier"}, version=2)
    assert types(listed) == ["product_changed"]
    assert types(renamed(PRODUCT, PRODUCT.names)) == []


def test_a_changed_plan_is_a_new_version():
    dearer = (Price(make.eur(1200), make.eur(0)),)
    listed = revised(PLAN, replace(PLAN, prices=dearer), LATER)
    assert (listed.value.version, listed.value.prices) == (PLAN.version + 1, dearer)
    assert types(listed) == ["plan_changed"]
    assert types(revised(PLAN, PLAN, LATER)) == []


def test_all_versions_are_kept_with_the_moment_from_which_each_held():
    dearer = replace(PLAN, prices=(Price(make.eur(1200), make.eur(0)),))
    second = revised(PLAN, dearer, LATER).value
    third = revised(second, replace(second, notice_days=1), LATER + timedelta(days=1)).value
    assert [(each.version, each.since) for each in third.versions] == [
        (2, make.NOW),
        (3, LATER),
        (4, LATER + timedelta(days=1)),
    ]
    assert third.versions[0] == PLAN
    assert third.versions[1] == replace(second, former=())
    assert plan_archived(third).value.versions[:2] == third.versions[:2]


def test_a_change_tells_field_by_field_what_is_another():
    other = replace(
        PLAN,
        names={"en": "Monthly", "de": "Monatlich"},
        prices=(Price(make.eur(1250), make.eur(500)),),
        interval=Interval(Unit.MONTH, 3),
        notice_days=0,
    )
    (happening,) = revised(PLAN, other, LATER).happenings
    assert [tuple(change.values()) for change in happening.data["changes"]] == [
        ("price.EUR", "10.00 EUR", "12.50 EUR"),
        ("interval", "1 month", "3 month"),
        ("notice_days", "30", "0"),
        ("names.de", "", "Monatlich"),
        ("setup_fee.EUR", "", "5.00 EUR"),
    ]
    (happening,) = renamed(PRODUCT, {"en": "Atelier"}).happenings
    assert happening.data["changes"] == [{"field": "names.en", "old": "Workshop", "new": "Atelier"}]


@pytest.mark.parametrize(
    "archive, thing, code",
    [(product_archived, PRODUCT, "product_archived"), (plan_archived, PLAN, "plan_archived")],
)
def test_what_is_archived_is_not_sold_any_more(archive, thing, code):
    thing.check_sold()
    listed = archive(thing)
    assert types(listed) == [code]
    with pytest.raises(DomainError, match=code):
        listed.value.check_sold()
    assert types(archive(listed.value)) == []


def test_an_archived_plan_that_is_imported_again_stays_archived():
    archived = plan_archived(PLAN).value
    assert revised(archived, replace(PLAN, version=1), LATER).value is archived
    newer = revised(archived, replace(PLAN, version=1, notice_days=0), LATER).value
    assert (newer.archived, newer.version, newer.notice_days) == (True, PLAN.version + 1, 0)
