"""Subscriptions: products, plans, the lifecycle of what customers subscribed to, and the billing run.

All amounts are net, in minor units of the currency beside them; taxes are the business of invoices.
Days are calendar days in the bill group's time zone. A period is half-open: its ``end`` is the first
day that no longer belongs to it.
"""

from __future__ import annotations

from shared.contracts.base import Contract, ErrorCode, EventType, Hears, Method, OfBillGroup
from shared.contracts.subscription_actions import (
    ActOnSubscription,
    CancelSubscription,
    ChoosePaymentMethod,
    PauseSubscription,
    Preview,
    PreviewAction,
)
from shared.contracts.subscription_beginning import (
    CreateSubscription,
    PreviewSubscription,
    SubscriptionPreview,
)
from shared.contracts.subscription_catalogue import (
    ArchivePlan,
    ArchiveProduct,
    ChangePlan,
    ChangeProduct,
    CreatePlan,
    CreateProduct,
    FindPlans,
    FindProducts,
    GetPlan,
    GetProduct,
    ListPlanVersions,
    PlanPage,
    PlanVersions,
    PlanView,
    ProductPage,
    ProductView,
)
from shared.contracts.subscription_events import (
    Cancelled,
    Expired,
    MethodChosen,
    Paused,
    PlanChanged,
    PlanFacts,
    ProductChanged,
    ProductFacts,
    Renewed,
    Resumed,
    Started,
    SubscriptionFacts,
    Uncancelled,
)
from shared.contracts.subscription_imports import ImportPlan, ImportProduct, ImportSubscription
from shared.contracts.subscription_reading import (
    ActiveContracts,
    BillingSummary,
    FindActiveContracts,
    FindSubscriptions,
    FoundSubscriptions,
    GetSubscription,
    ListSubscriptions,
    RunningWithMethod,
    SubscriptionPage,
    SubscriptionView,
)
from shared.contracts.subscription_words import (
    ACTIONS,
    ATTENTION,
    CANCEL_REASONS,
    CONSEQUENCES,
    STAGES,
    WHEN,
)
from shared.kernel.errors import Kind

__all__ = ["ACTIONS", "ATTENTION", "CANCEL_REASONS", "CONSEQUENCES", "STAGES", "WHEN", "contract"]

contract = Contract.of(
    "subscriptions",
    methods=[
        Method("find_products", FindProducts, ProductPage),
        Method("get_product", GetProduct, ProductView),
        Method("create_product", CreateProduct, ProductView),
        Method("change_product", ChangeProduct, ProductView),
        Method("archive_product", ArchiveProduct, ProductView),
        Method("find_plans", FindPlans, PlanPage),
        Method("get_plan", GetPlan, PlanView),
        Method("list_plan_versions", ListPlanVersions, PlanVersions),
        Method("create_plan", CreatePlan, PlanView),
        Method("change_plan", ChangePlan, PlanView),
        Method("archive_plan", ArchivePlan, PlanView),
        Method("find_subscriptions", FindSubscriptions, FoundSubscriptions),
        Method("list_subscriptions", ListSubscriptions, SubscriptionPage),
        Method("get_subscription", GetSubscription, SubscriptionView),
        Method("preview_subscription", PreviewSubscription, SubscriptionPreview),
        Method("create_subscription", CreateSubscription, SubscriptionView),
        Method("preview_action", PreviewAction, Preview),
        Method("pause_subscription", PauseSubscription, SubscriptionView),
        Method("resume_subscription", ActOnSubscription, SubscriptionView),
        Method("cancel_subscription", CancelSubscription, SubscriptionView),
        Method("uncancel_subscription", ActOnSubscription, SubscriptionView),
        Method("choose_payment_method", ChoosePaymentMethod, SubscriptionView),
        Method("billing_summary", OfBillGroup, BillingSummary),
        Method("find_active_contracts", FindActiveContracts, ActiveContracts),
        Method("running_with_method", OfBillGroup, RunningWithMethod),
        Method("import_product", ImportProduct, ProductView),
        Method("import_plan", ImportPlan, PlanView),
        Method("import_subscription", ImportSubscription, SubscriptionView),
    ],
    events=[
        EventType("product_created", ProductFacts),
        EventType("product_changed", ProductChanged),
        EventType("product_archived", ProductFacts),
        EventType("plan_created", PlanFacts),
        EventType("plan_changed", PlanChanged),
        EventType("plan_archived", PlanFacts),
        EventType("subscription_created", SubscriptionFacts),
        EventType("subscription_started", Started),
        EventType("subscription_renewed", Renewed),
        EventType("subscription_pause_scheduled", Paused),
        EventType("subscription_pause_withdrawn", SubscriptionFacts),
        EventType("subscription_paused", Paused),
        EventType("subscription_resumed", Resumed),
        EventType("subscription_cancelled", Cancelled),
        EventType("subscription_uncancelled", Uncancelled),
        EventType("subscription_expired", Expired),
        EventType("subscription_payment_method_chosen", MethodChosen),
    ],
    errors=[
        ErrorCode("not_allowed", Kind.REFUSED, 403),
        ErrorCode("not_possible", Kind.REFUSED, 409),
        ErrorCode("switched_off", Kind.REFUSED, 403),
        ErrorCode("held_by_merchant", Kind.REFUSED, 409),
        ErrorCode("cancelled_by_merchant", Kind.REFUSED, 409),
        ErrorCode("held_for_payment", Kind.REFUSED, 409),
        ErrorCode("invalid_resume_date", Kind.REFUSED, 422),
        ErrorCode("preview_outdated", Kind.CONFLICT, 409),
        ErrorCode("unknown_payment_method", Kind.REFUSED, 422),
        ErrorCode("no_price_in_currency", Kind.REFUSED, 422),
        ErrorCode("invalid_subscription", Kind.REFUSED, 422),
        ErrorCode("invalid_plan", Kind.REFUSED, 422),
        ErrorCode("product_archived", Kind.REFUSED, 409),
        ErrorCode("plan_archived", Kind.REFUSED, 409),
        ErrorCode("already_exists", Kind.REFUSED, 409),
        ErrorCode("invalid_cursor", Kind.REFUSED, 400),
    ],
    hears=[Hears("forget_payment_method", ("payments.payment_method_removed",))],
)
