"""The one table from error codes to what a developer reads. A test finds codes without a text.

The portal's texts (``services.gateway.error_texts``) speak to customers; these say what a program has to do.
"""

from __future__ import annotations

from typing import NamedTuple

from shared.contracts.base import COMMON_ERRORS, ErrorCode
from shared.contracts.registry import CONTRACTS
from shared.kernel.errors import Kind

# What the gateway itself answers requests with, before any service is asked.
GATEWAY_ERRORS = {
    error.code: error
    for error in (
        ErrorCode("malformed_request", Kind.REFUSED, 400),
        ErrorCode("api_key_needed", Kind.REFUSED, 401),
        ErrorCode("missing_scope", Kind.REFUSED, 403),
        ErrorCode("method_not_allowed", Kind.REFUSED, 405),
        ErrorCode("too_large", Kind.REFUSED, 413),
        ErrorCode("not_json", Kind.REFUSED, 415),
        ErrorCode("rate_limited", Kind.RETRY, 429),
    )
}

CODES: dict[str, ErrorCode] = COMMON_ERRORS | GATEWAY_ERRORS
for _contract in CONTRACTS.values():
    CODES |= _contract.errors


class Text(NamedTuple):
    """``title`` is the same for each occurrence; ``detail`` says what to do."""

    title: str
    detail: str


_AGAIN = "Nothing was done. Send the request again after the seconds in Retry-After."
_SAME_KEY = "Send the same request again with the same Idempotency-Key: it is not done twice."
_FIELDS = "`errors` names what is wrong. Correct it and send the request again."
_LOOK_AGAIN = "Read it again, decide anew, and send its present version."
_STATE = "Read the object: its state says what can be done with it."

# In an upgrade a newer service may answer with a code that this gateway has not heard of.
OTHER = Text("Not possible", "The request was refused. Its code says why.")

TEXTS: dict[str, Text] = {
    # The gateway
    "malformed_request": Text(
        "Malformed request", "Send one JSON object in UTF-8 (RFC 8259), with whole numbers below 2^53."
    ),
    "api_key_needed": Text("API key needed", "Send an API key: `Authorization: Bearer portico_…`."),
    "missing_scope": Text(
        "Scope missing", "The API key lacks the scope in `params.scope`. Use a key that has it."
    ),
    "method_not_allowed": Text("Method not allowed", "Use one of the methods that the header Allow names."),
    "too_large": Text("Request too large", "Send less at once: 256 KiB, or 2 MiB for an import or a logo."),
    "not_json": Text("Not JSON", "Send the body as `Content-Type: application/json` in UTF-8."),
    "rate_limited": Text("Too many requests", _AGAIN),
    # Any service
    "invalid_request": Text("Request not valid", _FIELDS),
    "not_found": Text(
        "Not found",
        "Check the address and its handles. What belongs to another bill group isn't found either.",
    ),
    "wrong_credentials": Text("Wrong credentials", "User name and password don't belong together."),
    "wrong_current_password": Text("Wrong password", "The present password is another."),
    "user_name_taken": Text("User name taken", "Another customer has it. Send another one, or none."),
    "reset_over": Text("Link of no use", "It was used, has expired, or the password was changed since."),
    "secret_link_over": Text("Link of no use", "This secret link was replaced, was revoked or has expired."),
    "opening_over": Text("Link of no use", "Ask for a new one: each is good once, for a few minutes."),
    "return_url_not_allowed": Text(
        "Return URL not allowed",
        "Send an https URL, or http on this machine, without user name and password.",
    ),
    "no_preview": Text("No preview", "The preview is over. Staff start a new one in the admin pages."),
    "read_only": Text("Read only", "This is a preview of the portal: nothing can be changed in it."),
    "changed_meanwhile": Text("Changed meanwhile", _LOOK_AGAIN),
    "key_used_for_something_else": Text(
        "Idempotency key used before",
        "This Idempotency-Key came with another request before. Use a new one for each change.",
    ),
    "busy": Text("Busy", _AGAIN),
    "service_away": Text("Service away", _AGAIN),
    "no_answer": Text("No answer in time", _AGAIN),
    "not_known_yet": Text("Outcome not known yet", f"It may or may not have been done. {_SAME_KEY}"),
    "internal": Text(
        "Fault on our side",
        f"Something went wrong here; `request_id` finds it in the logs. {_SAME_KEY}",
    ),
    "not_allowed": Text("Not allowed", "API keys may not do this. The description says who may."),
    "already_exists": Text(
        "Handle taken", "There is another object under this handle. Choose another handle, or none."
    ),
    "invalid_cursor": Text(
        "Cursor not valid", "Cursors belong to one list and its filters. Start without a cursor."
    ),
    # API keys and signing in
    "invalid_api_key": Text(
        "API key not valid", "The API key is unknown, expired or withdrawn. Create another one."
    ),
    "invalid_email": Text("E-mail address not valid", "Send an address like name@example.com."),
    "unknown_address": Text("Address unknown", "No contact has this e-mail address."),
    "no_access": Text("No access", "The portal is switched off for this customer or bill group."),
    "too_many_requests": Text("Too many attempts", _AGAIN),
    "resend_too_early": Text("Too early for another code", _AGAIN),
    "wrong_code": Text("Wrong code", "`params.attempts_left` tries are left."),
    "code_expired": Text("Code expired", "Have a new code sent."),
    "code_used": Text("Code used", "Have a new code sent."),
    "too_many_attempts": Text("Code worn out", "Have a new code sent."),
    "link_expired": Text("Link expired", "Have a new one sent."),
    "link_used": Text("Link used", "Have a new one sent."),
    "code_needed": Text("Code needed", "The link alone doesn't do in this browser: send the code, too."),
    "way_not_offered": Text("Way not offered", "The merchant's settings don't offer this way to sign in."),
    "one_at_a_time": Text(
        "One at a time", "Send one address or domain, without commas, semicolons or blanks."
    ),
    "invalid_domain": Text("Domain not valid", "Send an e-mail domain like example.com."),
    "already_granted": Text("Granted already", "There is an access rule for exactly this."),
    "domain_granted": Text(
        "Domain granted already", "All addresses of `params.domain` are admitted; this one needs no rule."
    ),
    "addresses_covered": Text(
        "Covers other addresses",
        "The domain covers the rules for `params.addresses`. Send all of them as `replaces` to replace them.",
    ),
    "too_many_rules": Text("Too many rules", "A bill group has at most `params.most`. Remove some first."),
    "no_session": Text("No session", "The session has ended."),
    # Staff
    "wrong_password": Text("Wrong password", "Address and password don't belong together."),
    "weak_password": Text(
        "Password too weak", "Choose another one: `params.problem` says what is wrong with it."
    ),
    "wrong_second_factor": Text("Wrong code", "It is wrong, or was used before."),
    "sign_in_over": Text("Sign-in over", "Begin anew with the password."),
    "no_second_factor_to_come": Text("Nothing to confirm", "Begin anew."),
    "last_owner": Text("Last owner", "Give the role of owner to somebody else first."),
    "set_up_over": Text("Set-up link over", "It was used, replaced or has expired. Make a new one."),
    "owner_exists": Text("Owner exists", "The first owner is there already. They can invite others."),
    "name_needed": Text("Name needed", "Send a name."),
    "email_taken": Text("Address taken", "Somebody else of the staff has this e-mail address."),
    # Customers
    "invalid_contact": Text("Contact not valid", _FIELDS),
    "invalid_numbers": Text("Numbers not valid", _FIELDS),
    "no_email_change": Text(
        "No address waits",
        "No new e-mail address of this bill group waits for confirmation: `email_change` is null.",
    ),
    "invalid_customer": Text("Customer not valid", _FIELDS),
    "invalid_merchant": Text("Settings not valid", _FIELDS),
    "invalid_text": Text(
        "Text not valid",
        "`params.problems` says which placeholders are wrong, where they stand, and what was probably meant.",
    ),
    "invalid_file": Text(
        "File not valid",
        "`params.reason` says why, `params.columns` which columns are meant. docs/importing.md describes them.",
    ),
    "invalid_logo": Text(
        "Logo not valid",
        "Send a PNG or JPEG of at most 1 MiB, 4,096 pixels on a side and 4 million pixels, or an SVG of at most 1 MiB "
        "without texts, pictures and references to other files.",
    ),
    # Subscriptions
    "not_possible": Text("Not possible in this state", _STATE),
    "switched_off": Text("Switched off", "The merchant's settings don't let customers do this."),
    "held_by_merchant": Text("Held by the merchant", "Only the merchant's side can resume it."),
    "cancelled_by_merchant": Text("Cancelled by the merchant", "Only the merchant's side can take it back."),
    "held_for_payment": Text("Held for payment", "It resumes when its open invoice is paid."),
    "invalid_resume_date": Text(
        "Resume date not valid", "Send a day after the one on which the pause begins."
    ),
    "preview_outdated": Text(
        "Preview outdated", "The preview would have another result by now. Ask for a new one."
    ),
    "unknown_payment_method": Text(
        "Payment method unknown", "Send the handle of a usable payment method of this bill group."
    ),
    "no_price_in_currency": Text(
        "No price in this currency", "Give the plan a price in the bill group's currency."
    ),
    "invalid_subscription": Text("Subscription not valid", _FIELDS),
    "invalid_plan": Text("Plan not valid", _FIELDS),
    "product_archived": Text("Product archived", "Choose a product that is offered."),
    "plan_archived": Text("Plan archived", "Choose a plan that is offered."),
    # Invoices
    "document_issued": Text("Document is issued", "Issued documents don't change. Credit it instead."),
    "draft_needed": Text("Draft is needed", "It is issued by itself. Credit the document then."),
    "not_issued": Text("Document isn't issued", "Issue the draft first."),
    "no_tax_rule": Text("No tax rule", "A line's tax code has no rule for seller, buyer and day."),
    "amounts_do_not_fit": Text(
        "Amounts don't fit together", "Check lines, discounts and total: `params` says what was reckoned."
    ),
    "currency_differs": Text("Currency differs", "Use the currency of the bill group and its invoices."),
    "invalid_numbering": Text("Numbering not valid", _FIELDS),
    "credit_too_large": Text("Credit too large", "Credit at most what isn't credited yet."),
    # Payments
    "method_needed": Text(
        "Payment method needed",
        "The subscriptions in `params.subscriptions` have no other. Add another method, or choose one for them.",
    ),
    "method_not_active": Text("Payment method not active", "Choose an active one, or add a new one."),
    "method_expired": Text("Payment method expired", "Choose another one, or add a new one."),
    "no_provider": Text(
        "No payment provider", "No payment provider is on and has a key: see `/payment-providers`."
    ),
    "no_provider_key": Text(
        "No key of its own", "The provider is asked with the environment's key, or none."
    ),
    "no_webhook_secret": Text(
        "No webhook secret of its own", "The environment's secret holds, or none does."
    ),
    "invalid_webhook_secret": Text(
        "Webhook secret not valid", "Send it as the provider shows it, from `whsec_` to its end."
    ),
    "webhook_refused": Text(
        "Webhook refused",
        "It was not signed with the secret that is set here, or more than five minutes ago: see `params.reason`.",
    ),
    "invalid_return_url": Text(
        "Return address not valid", "Send a whole address of the web, like https://shop.example/back."
    ),
    "invalid_transaction": Text("Transaction not valid", _FIELDS),
    "nothing_due": Text("Nothing due", "Nothing is to be paid on this document."),
    "already_paid": Text(
        "Already paid", "Something was paid on the document. Refund that and credit the document instead."
    ),
    "more_than_due": Text("More than is due", "Send at most what is still due on the document."),
    "more_than_paid": Text("More than was paid", "Send at most what was paid and not refunded yet."),
    "not_refundable": Text("Not refundable", "Only money that has come can go back."),
    "provider_refused": Text("Refused by the payment provider", "Try another payment method."),
    "provider_away": Text("Payment provider away", _AGAIN),
    "provider_not_known_yet": Text(
        "Payment provider has not answered yet", f"It may or may not have been done. {_SAME_KEY}"
    ),
}

# What is wrong with one field, as services' errors say it in ``params["fields"]``.
FIELD_TEXTS = {
    "required": "Is required.",
    "too_long": "Is too long.",
    "invalid_email": "Is no e-mail address.",
    "invalid_phone": "Is no telephone number with its country code.",
    "invalid_country": "Is no ISO 3166 code of a country.",
    "invalid_postal_code": "Doesn't fit the country.",
    "invalid_region": "Doesn't fit the country.",
    "invalid_vat_number": "Is no valid VAT number.",
    "invalid_iban": "Is no valid IBAN.",
    "unknown_placeholder": "Has a placeholder that doesn't exist.",
    "placeholder_not_here": "Has a placeholder that can't be used in this text.",
    "unclosed_placeholder": "Has an opening bracket that is not closed; a bracket by itself is written [[.",
    "invalid_bic": "Is no valid BIC.",
    "invalid_url": "Is no whole web address.",
    "invalid_origin": "Has something that is no origin with HTTPS, like https://app.example.com.",
    "invalid_numbering": "Must have {number} once; it may have {year} and {month}, letters, digits, spaces and . / _ -",
    "numbering_used": "Is how another kind of document is numbered.",
    "unknown_time_zone": "Is no IANA time zone.",
}
