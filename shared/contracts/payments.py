"""What the payments service promises: payment methods, auto-pay and transactions of a bill group.

A method is added on the provider's own pages: ``begin_payment_method`` gives the address to send the
browser to; the provider sends it back to ``return_url`` with ``setup=<setup>`` added to its query, whatever
came of it; then ``finish_payment_method`` asks the provider and says what became of it. Card numbers and
IBANs never pass here.
"""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    ChangeOfBillGroup,
    Contract,
    ErrorCode,
    EventType,
    Handle,
    Message,
    Method,
    Moment,
    OfBillGroup,
    OneOf,
    Request,
    Text,
)
from shared.contracts.payment_providers import (
    OfProvider,
    Provider,
    ProviderChanged,
    Providers,
    SetProviderKey,
    SetWebhookSecret,
    SwitchProvider,
    TakenWebhook,
    TakeWebhook,
)
from shared.contracts.payment_transactions import (
    FindTransactions,
    ImportTransaction,
    ListTransactions,
    OneTransaction,
    PaymentHappened,
    RecordPayment,
    RecordRefund,
)
from shared.contracts.payment_views import (
    EFFECTS,
    METHOD_STATUSES,
    SETUP_STATES,
    Expiry,
    Mandate,
    PaymentMethod,
    PaymentMethods,
    PaymentSummary,
    Removal,
    StoredInstrument,
    Transaction,
    TransactionPage,
)
from shared.kernel.errors import Kind


class BeginPaymentMethod(ChangeOfBillGroup):
    """``return_url`` lies under the portal's own address; for the merchant's side, it may be any web address.

    ``replaces`` is a method whose place the new card or account takes: the handle stays, so what uses it follows.
    """

    return_url = fields.String(required=True, validate=validate.Length(max=2000))
    replaces = Handle(load_default=None, allow_none=True)


class BegunPaymentMethod(Message):
    """Where to send the browser (303), and what will be asked about when it comes back."""

    setup = Handle(required=True)
    url = fields.String(required=True)


class FinishPaymentMethod(ChangeOfBillGroup):
    """Ask what became of ``setup``. Harmless to repeat."""

    setup = Handle(required=True)


class FinishedPaymentMethod(Message):
    """``payment_method`` is there when ``state`` is ``added``; ``reason`` is a code when it is ``failed``.

    ``effect`` says what was done with it: ``known`` is a card or account that was there already and is up to date now.
    ``twin`` is another payment method that is the same card or account.
    """

    state = OneOf(SETUP_STATES, required=True)
    payment_method = fields.Nested(PaymentMethod, required=True, allow_none=True)
    effect = OneOf(EFFECTS, required=True, allow_none=True)
    twin = Handle(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class OnePaymentMethod(OfBillGroup):
    """One payment method of the bill group."""

    payment_method = Handle(required=True)


class ChangeOfPaymentMethod(ChangeOfBillGroup):
    """A change of one payment method."""

    payment_method = Handle(required=True)


class SetAutoPay(ChangeOfBillGroup):
    """Turn automatic charges on or off."""

    auto_pay = fields.Boolean(required=True)


class ImportedPaymentMethod(StoredInstrument):
    """A payment method from elsewhere. ``token`` is how the provider knows it."""

    payment_method = Handle(required=True)
    expiry = fields.Nested(Expiry, load_default=None, allow_none=True)
    mandate = fields.Nested(Mandate, load_default=None, allow_none=True)
    status = OneOf(METHOD_STATUSES, load_default="active")
    created_at = Moment(required=True)
    token = Text(255, load_default="")


class ImportPaymentMethods(ChangeOfBillGroup):
    """All payment methods of a bill group; the first usable one is the default where none is named."""

    items = fields.List(fields.Nested(ImportedPaymentMethod), required=True, validate=validate.Length(max=50))
    default = Handle(load_default=None, allow_none=True)
    auto_pay = fields.Boolean(load_default=True)


# Events.


class HappenedInstrument(StoredInstrument):
    """A card or account, with the ``expiry`` of a card."""

    expiry = fields.Nested(Expiry, allow_none=True)


class MethodHappened(HappenedInstrument):
    """A payment method was added, updated, removed, or inactivated by whoever issued it.

    ``replaced`` is what it was before an update. ``renewed``: that came from its issuer, and the customer need not do
    anything.
    """

    payment_method = Handle(required=True)
    default = fields.Boolean(required=True)
    replaced = fields.Nested(HappenedInstrument, allow_none=True)
    renewed = fields.Boolean()


class DefaultChanged(Message):
    """Handles of the default before and after; none where there is no default."""

    old = Handle(allow_none=True)
    new = Handle(allow_none=True)


class AutoPayChanged(Message):
    """Automatic charges were turned on or off."""

    auto_pay = fields.Boolean(required=True)


class SetupEnded(Message):
    """A payment method was not added. ``reason`` is a code of the provider."""

    reason = fields.String(allow_none=True)


class MethodsImported(Message):
    """A wallet came from elsewhere."""

    payment_methods = fields.List(Handle(), required=True)
    default = Handle(allow_none=True)
    auto_pay = fields.Boolean(required=True)


contract = Contract.of(
    "payments",
    methods=[
        Method("list_payment_methods", OfBillGroup, PaymentMethods),
        Method("payment_summary", OfBillGroup, PaymentSummary),
        Method("find_transactions", FindTransactions, TransactionPage),
        Method("list_transactions", ListTransactions, TransactionPage),
        Method("get_transaction", OneTransaction, Transaction),
        Method("record_payment", RecordPayment, Transaction),
        Method("record_refund", RecordRefund, Transaction),
        Method("begin_payment_method", BeginPaymentMethod, BegunPaymentMethod),
        Method("finish_payment_method", FinishPaymentMethod, FinishedPaymentMethod),
        Method("make_default", ChangeOfPaymentMethod, PaymentMethods),
        Method("preview_removal", OnePaymentMethod, Removal),
        Method("remove_payment_method", ChangeOfPaymentMethod, PaymentMethods),
        Method("set_auto_pay", SetAutoPay, PaymentMethods),
        Method("list_providers", Request, Providers),
        Method("switch_provider", SwitchProvider, Provider),
        Method("set_provider_key", SetProviderKey, Provider),
        Method("remove_provider_key", OfProvider, Provider),
        Method("set_webhook_secret", SetWebhookSecret, Provider),
        Method("remove_webhook_secret", OfProvider, Provider),
        Method("take_webhook", TakeWebhook, TakenWebhook, writes=True),
        Method("import_payment_methods", ImportPaymentMethods, PaymentMethods),
        Method("import_transaction", ImportTransaction, Transaction),
    ],
    events=[
        EventType("payment_method_added", MethodHappened),
        EventType("payment_method_updated", MethodHappened),
        EventType("payment_method_removed", MethodHappened),
        EventType("payment_method_inactivated", MethodHappened),
        EventType("payment_methods_imported", MethodsImported),
        EventType("default_payment_method_changed", DefaultChanged),
        EventType("auto_pay_changed", AutoPayChanged),
        EventType("payment_method_setup_cancelled", SetupEnded),
        EventType("payment_method_setup_failed", SetupEnded),
        EventType("payment_provider_changed", ProviderChanged),
        EventType("payment_settled", PaymentHappened),
        EventType("payment_refunded", PaymentHappened),
        EventType("payment_charged_back", PaymentHappened),
        EventType("transaction_imported", PaymentHappened),
    ],
    errors=[
        ErrorCode("not_allowed", Kind.REFUSED, 403),
        ErrorCode("already_exists", Kind.REFUSED, 409),
        # params: subscriptions, handles that have nothing else
        ErrorCode("method_needed", Kind.REFUSED, 409),
        ErrorCode("method_not_active", Kind.REFUSED, 409),  # params: status
        ErrorCode("method_expired", Kind.REFUSED, 409),
        ErrorCode("switched_off", Kind.REFUSED, 403),
        # No provider is on and has a key, so no payment method can be added.
        ErrorCode("no_provider", Kind.REFUSED, 409),
        ErrorCode("no_provider_key", Kind.REFUSED, 409),
        ErrorCode("no_webhook_secret", Kind.REFUSED, 409),
        ErrorCode("invalid_webhook_secret"),
        ErrorCode("webhook_refused", Kind.REFUSED, 400),  # params: reason
        ErrorCode("invalid_return_url", Kind.REFUSED, 422),
        ErrorCode("invalid_transaction", Kind.REFUSED, 422),  # params: field
        ErrorCode("invalid_cursor", Kind.REFUSED, 400),
        ErrorCode("currency_differs"),  # params: expected, given
        ErrorCode("not_issued", Kind.REFUSED, 409),
        ErrorCode("nothing_due", Kind.REFUSED, 409),
        ErrorCode("more_than_due"),  # params: due, currency
        ErrorCode("not_refundable", Kind.REFUSED, 409),
        ErrorCode("more_than_paid"),  # params: left, currency
        ErrorCode("provider_refused", Kind.REFUSED, 502),
        ErrorCode("provider_away", Kind.RETRY, 503),
        ErrorCode("provider_not_known_yet", Kind.UNKNOWN, 504),
    ],
)
