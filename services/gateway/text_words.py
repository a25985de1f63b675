"""What the merchant's own texts and their placeholders are called, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from services.gateway.error_texts import FIELD_TEXTS, text_of
from services.gateway.formats import number
from shared.kernel.errors import DomainError
from shared.placeholders.fields import LOGIN, PASSWORD, PORTAL_LINK

AREAS: dict[str, tuple[LazyString, LazyString]] = {
    "portal": (_("In the portal"), _("On pages that your customers see.")),
    "documents": (
        _("On documents"),
        _("Above and below the lines. A document keeps what it said when it was issued."),
    ),
    "emails": (
        _("In e-mails"),
        _("Your own words after the greeting; what the e-mail must tell follows them."),
    ),
}

# Each kind's name, and where it stands.
KINDS: dict[str, tuple[LazyString, LazyString]] = {
    "sign_in_page": (_("Sign-in page"), _("Above the form, for everybody who comes to the portal.")),
    "overview_page": (_("Overview"), _("On top of the page that customers see first.")),
    "invoice_intro": (_("Invoice: above the lines"), _("Between the heading and what is billed.")),
    "invoice_closing": (_("Invoice: below the lines"), _("At the end, after how to pay.")),
    "credit_note_intro": (_("Credit note: above the lines"), _("Between the heading and what is credited.")),
    "credit_note_closing": (_("Credit note: below the lines"), _("At the end of the credit note.")),
    "email_invoice_issued": (_("New invoice"), _("Sent when an invoice is issued.")),
    "email_subscription_pause_scheduled": (_("Pause planned"), _("Sent when a pause begins later.")),
    "email_subscription_pause_withdrawn": (_("Planned pause taken back"), _("Sent when it will not begin.")),
    "email_subscription_paused": (_("Subscription paused"), _("Sent when a pause begins.")),
    "email_subscription_resumed": (_("Subscription resumed"), _("Sent when a pause ends.")),
    "email_subscription_cancelled": (_("Subscription cancelled"), _("Sent as the confirmation.")),
    "email_subscription_uncancelled": (_("Cancellation taken back"), _("Sent when it goes on after all.")),
    "email_subscription_expired": (_("Subscription ended"), _("Sent when its last day is over.")),
    "email_payment_method_added": (_("Payment method added"), _("Sent when there is a new one.")),
    "email_payment_method_updated": (_("Payment method updated"), _("Sent when one took another's place.")),
    "email_payment_method_removed": (_("Payment method removed"), _("Sent when one is gone.")),
    "email_payment_method_inactivated": (
        _("Payment method inactive"),
        _("Sent when a card was closed or a mandate revoked."),
    ),
    "email_code_requested": (_("Sign-in code"), _("Sent to whoever wants to sign in.")),
    "email_contact_changed": (
        _("Contact changed"),
        _("Sent to the contact, and to a former address."),
    ),
    "email_email_change_requested": (
        _("New e-mail address"),
        _("Sent to a new address to confirm it, and to the present one."),
    ),
    "email_password_reset_requested": (
        _("Password forgotten"),
        _("Sent with a link to choose a new one."),
    ),
    "email_password_changed": (_("Password changed"), _("Sent to the contact when it is another.")),
    "email_signature": (_("Signature"), _("At the end of every e-mail.")),
}

MEANINGS: dict[str, LazyString] = {
    "Client.name": _("The name of the billing contact"),
    "Client.company": _("The company of the billing contact"),
    "Client.number": _("The customer number"),
    "Client.email": _("The e-mail address of the billing contact"),
    "Client.vat_number": _("The customer's VAT number"),
    "Client.po_number": _("The customer's order number"),
    PORTAL_LINK: _("The customer's secret link: it opens the portal without a password"),
    LOGIN: _("The customer's user name"),
    PASSWORD: _("The customer's first password; once it was used, a link to choose a new one"),
    "Company.name": _("Your company's name"),
    "Company.email": _("Your company's e-mail address"),
    "Company.phone": _("Your company's telephone number"),
    "Company.website": _("Your company's website"),
    "Invoice.number": _("The number of the document"),
    "Invoice.date": _("The date of the document"),
    "Invoice.due_date": _("The day by which it is to be paid"),
    "Invoice.total": _("The total, with taxes"),
    "Invoice.due": _("What is still to be paid"),
    "Invoice.customerportal_url": _("A link that opens this document in the portal"),
    "Subscription.name": _("What was subscribed to"),
    "Subscription.number": _("The number of the subscription"),
    "Subscription.customerportal_url": _("A link that opens this subscription in the portal"),
}


def problems_of_text(error: DomainError) -> list[str]:
    """All that a service found wrong with a text, for whoever wrote it."""
    if error.code == "invalid_text" and error.params.get("problems"):
        return [_problem(problem) for problem in error.params["problems"]]
    if error.code == "invalid_text" and "most" in error.params:
        return [
            gettext("This is too long: at most %(count)s characters.", count=number(error.params["most"]))
        ]
    if error.code == "invalid_request":
        return [str(FIELD_TEXTS["unreadable"])]
    return [text_of(error)]


def _problem(problem: Mapping[str, Any]) -> str:
    given = {"line": number(problem["line"]), "placeholder": problem["placeholder"]}
    match problem["code"]:
        case "unclosed_placeholder":
            return gettext(
                "Line %(line)s: a bracket is opened and not closed. For a bracket by itself, write [[.",
                **given,
            )
        case "placeholder_not_here":
            return gettext("Line %(line)s: %(placeholder)s can't be used in this text.", **given)
    if problem["suggestion"]:
        return gettext(
            "Line %(line)s: there is no placeholder %(placeholder)s. Did you mean %(suggestion)s?",
            suggestion=problem["suggestion"],
            **given,
        )
    return gettext(
        "Line %(line)s: there is no placeholder %(placeholder)s. Please take one of the list, or write [[ for a "
        "bracket by itself.",
        **given,
    )
