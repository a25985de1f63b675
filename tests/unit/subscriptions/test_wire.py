"""What the service says and answers is what its contract promises, and what it stores it reads back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from services.subscriptions import views
from services.subscriptions.catalogue_documents import from_plan, from_product, to_plan, to_product
from services.subscriptions.documents import from_subscription, place, to_subscription
from services.subscriptions.domain import happenings
from services.subscriptions.domain.actions import TABLE, possible
from services.subscriptions.domain.asking import Action, Asker, Code, When
from services.subscriptions.domain.beginning import begin
from services.subscriptions.domain.cancelling import cancel_at_once
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.periods import Unit
from services.subscriptions.domain.plans import Plan, Price, Product
from services.subscriptions.domain.previews import decide
from services.subscriptions.domain.steps import caught_up
from services.subscriptions.domain.subscription import ExpireReason, HoldReason, Side, Status
from shared.contracts import subscription_actions as actions_promised
from shared.contracts import subscription_beginning as beginnings
from shared.contracts import subscription_catalogue as catalogue
from shared.contracts import subscription_events as events
from shared.contracts import subscription_reading as promised
from shared.contracts import subscription_words as words
from shared.contracts.subscriptions import contract
from tests.unit.subscriptions import make

PERCENT = Discount({"en": "Loyalty"}, Decimal("12.5"), None, None)
AMOUNT = Discount({"en": "Welcome", "de": "Willkommen"}, None, make.eur(300), 3)
ALL = [
    *make.IN_SITUATION.values(),
    make.subscription(discount=PERCENT, payment_method="pm-1", imported_as="0123"),
    make.subscription(discount=AMOUNT, setup_fee_due=True),
]
PRODUCT = Product("prod-1", {"en": "Workshop"})
PLAN = Plan(
    handle="plan-1",
    version=2,
    product="prod-1",
    names={"en": "Monthly"},
    interval=make.MONTHLY,
    prices=(Price(make.eur(1000), make.eur(0)),),
    trial_days=14,
    notice_days=30,
    minimum_term_months=12,
    tax_code="reduced",
    since=make.NOW,
)
REVISED = PLAN.revised(replace(PLAN, prices=(Price(make.eur(1200), make.eur(500)),)), make.NOW)


def fits(schema, answer):
    """Dumped, then loaded without complaint, and nothing that the schema does not know."""
    dumped = schema().dump(answer)
    assert set(answer) == set(dumped)
    return schema().load(dumped)


@pytest.mark.parametrize(
    "promised_words, enum",
    [
        (words.STATUSES, Status),
        (words.ACTIONS, Action),
        (words.WHEN, When),
        (words.HOLD_REASONS, HoldReason),
        (words.EXPIRE_REASONS, ExpireReason),
        (words.UNITS, Unit),
        (words.SIDES, Side),
        (words.CONSEQUENCES, Code),
    ],
)
def test_the_words_are_the_promised_ones(promised_words, enum):
    assert set(promised_words) == {member.value for member in enum}


@pytest.mark.parametrize("subscription", ALL)
def test_what_is_stored_is_read_back(subscription):
    document = from_subscription(subscription)
    stored = {"_id": subscription.handle, "bill_group": subscription.bill_group, **document}
    assert to_subscription(stored) == subscription
    assert ("wake_at" in document) == (subscription.next_step_on is not None)


def test_products_and_plans_are_read_back():
    for product in (PRODUCT, replace(PRODUCT, archived=True, version=3)):
        assert to_product({"_id": "prod-1", **from_product(product)}) == product
    for plan in (PLAN, replace(PLAN, archived=True), REVISED):
        assert to_plan({"_id": "plan-1", **from_plan(plan)}) == plan


def test_what_was_stored_before_there_was_an_archive_is_still_sold():
    product, plan = from_product(PRODUCT), from_plan(PLAN)
    for later in ("archived", "product_version", "beginnings", "words"):
        product.pop(later)
    for later in ("archived", "since", "former", "beginnings", "words"):
        plan.pop(later)
    assert to_product({"_id": "prod-1", **product}) == PRODUCT
    assert to_plan({"_id": "plan-1", **plan}) == replace(PLAN, since=None)


def test_the_list_shows_running_ones_first_and_the_latest_first():
    running, later, over = make.subscription(), make.in_trial(), make.expired()
    assert sorted([running, over, later], key=place) == [later, running, over]


@pytest.mark.parametrize("subscription", ALL)
@pytest.mark.parametrize("language", ["en", "de-AT", "fr"])
def test_views_fit_the_contract(subscription, language):
    fits(promised.SubscriptionItem, views.of_item(subscription, language))
    fits(promised.FoundSubscription, views.of_found(subscription, language))
    actions = possible(subscription, Asker.merchant())
    fits(promised.SubscriptionView, views.of_subscription(subscription, language, actions))


def test_summaries_fit_the_contract():
    running = [subscription for subscription in ALL if subscription.running]
    fits(promised.BillingSummary, views.of_summary(running, "de"))
    fits(promised.BillingSummary, views.of_summary([], "de"))
    fits(promised.RunningWithMethod, views.of_running(running, "de"))


def test_of_much_that_needs_attention_the_most_urgent_is_told():
    paused = [make.on_hold(handle=f"sub-paused-{number}") for number in range(9)]
    ends = [make.cancelled(handle=f"sub-ends-{number}") for number in range(3)]
    unpaid = make.on_hold(Side.MERCHANT, HoldReason.DUNNING, handle="sub-unpaid")
    planned = make.pause_scheduled(handle="sub-planned")
    summary = views.of_summary([*paused, planned, *ends, make.subscription(), unpaid], "en")
    told = [note["code"] for note in summary["attention"]]
    assert told == ["held_for_payment", *["ends"] * 3, "pause_planned", *["paused"] * 5]
    assert summary["attention_count"] == 14


def test_the_catalogue_fits_the_contract():
    fits(catalogue.ProductView, views.of_product(PRODUCT))
    fits(catalogue.PlanView, views.of_plan(REVISED))
    for version in REVISED.versions:
        fits(catalogue.PlanVersion, views.of_plan_version(version, make.NOW, 3))


@pytest.mark.parametrize("trial_days, discount", [(None, PERCENT), (0, AMOUNT), (None, None)])
def test_what_would_be_begun_fits_the_contract(trial_days, discount):
    wish = make.wish(trial_days=trial_days, discount=discount)
    fits(beginnings.SubscriptionPreview, views.of_beginning(begin(wish, make.terms(), make.NOW), "de"))


@pytest.mark.parametrize(
    "where, action, at",
    [
        (where, action, at)
        for (where, action), rule in TABLE.items()
        for at in When
        if rule and (rule is not cancel_at_once or at is When.NOW)
    ],
)
def test_previews_and_events_of_actions_fit_the_contract(where, action, at):
    decided = decide(make.IN_SITUATION[where], make.ask(action, by=Asker.merchant(), at=at))
    fits(actions_promised.Preview, views.of_preview(decided.preview, "de"))
    for happening in decided.step.happenings:
        fits(contract.events[happening.type].data, happening.data)


@pytest.mark.parametrize("subscription", ALL)
def test_events_of_time_fit_the_contract(subscription):
    for happening in caught_up(subscription, make.TODAY.replace(year=2027)).happenings:
        fits(contract.events[happening.type].data, happening.data)


def test_other_events_fit_the_contract():
    for happening in (
        happenings.product_created(PRODUCT),
        happenings.product_changed(PRODUCT, replace(PRODUCT, names={"en": "Before"})),
        happenings.product_archived(PRODUCT),
        happenings.plan_created(PLAN),
        happenings.plan_changed(REVISED, PLAN),
        happenings.plan_archived(PLAN),
        happenings.created(make.subscription()),
        happenings.payment_method_chosen(make.subscription(payment_method="pm-1"), "pm-2"),
    ):
        fits(contract.events[happening.type].data, happening.data)


def test_a_line_is_exact_on_the_wire():
    step = caught_up(make.subscription(discount=PERCENT), make.TODAY.replace(month=5))
    line = events.Renewed().dump(step.happenings[0].data)["lines"][0]
    assert (line["quantity"], line["unit_amount"], line["discount"]) == ("2", 1000, 250)
