"""The one table from error codes to what a person reads. A test finds codes without a text."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask_babel import format_timedelta
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from shared.contracts.base import COMMON_ERRORS, ErrorCode
from shared.contracts.registry import CONTRACTS
from shared.kernel.errors import DomainError, Kind

CODES: dict[str, ErrorCode] = dict(COMMON_ERRORS)
for _contract in CONTRACTS.values():
    CODES |= _contract.errors

# In an upgrade a newer service may answer with a code that this gateway has not heard of.
_OTHER = _("This is not possible at the moment. Please contact us.")
_AGAIN = _("Please try again in a moment. Nothing was changed.")

_OTHER_PROBLEM = _("This can't be used. Please check it.")
# The errors whose params["fields"] has a code for each field; in others it is not meant for people.
_ABOUT_FIELDS = frozenset(
    {"invalid_contact", "invalid_customer", "invalid_merchant", "invalid_numbering", "invalid_numbers"}
)

# 90 minutes are told as minutes, more as hours.
_MOST_OF_A_UNIT = 90

# A text may use the error's params: %(name)s.
TEXTS: dict[str, LazyString] = {
    # Any service
    "invalid_request": _("Something in what you sent can't be used. Please check it and try again."),
    "not_found": _("We can't find what you are looking for."),
    "read_only": _("This is a preview: nothing can be changed in it."),
    "changed_meanwhile": _("This was changed meanwhile. Please look at it again before you save."),
    "key_used_for_something_else": _(
        "This form was already sent with other contents. Please open the page anew."
    ),
    "busy": _AGAIN,
    "service_away": _AGAIN,
    "no_answer": _AGAIN,
    "not_known_yet": _(
        "We don't know yet whether this was done. Please send it again: it will not be done twice."
    ),
    "internal": _("Something went wrong on our side."),
    "not_allowed": _("You are not allowed to do this."),
    "already_exists": _("This exists already."),
    "invalid_cursor": _("This page of the list no longer exists. Please start from the first one."),
    # Signing in
    "invalid_email": _("Please enter an e-mail address like name@example.com."),
    "unknown_address": _(
        "We don't know this e-mail address. Please check it, or use the one that your invoices go to."
    ),
    "no_access": _("The portal is not open for this e-mail address. Please contact us."),
    "too_many_requests": _("There were too many attempts. Please try again in %(wait)s."),
    "resend_too_early": _("A new code can be sent in %(wait)s."),
    "wrong_code": _("This code is not right. Attempts left: %(attempts_left)s."),
    "code_expired": _("This code has expired. Please have a new one sent."),
    "code_used": _("This code was already used. Please have a new one sent."),
    "too_many_attempts": _("This code was entered wrongly too often. Please have a new one sent."),
    "link_expired": _("This link has expired. Please have a new one sent."),
    "link_used": _("This link was already used. Please have a new one sent."),
    "code_needed": _("Please enter the 8 digits from the e-mail."),
    "way_not_offered": _("This way to sign in is not offered here."),
    "wrong_credentials": _(
        "User name and password don't belong together. Please check both, capital letters too."
    ),
    "wrong_current_password": _("This is not your present password. Please check it, capital letters too."),
    "user_name_taken": _("Somebody else has this user name. Please choose another one."),
    "reset_over": _("This link was used, or is too old. Please have a new one sent."),
    "secret_link_over": _("This link opens nothing any more. Please ask us for a new one."),
    "opening_over": _("This link was already used, or is too old. Please open the portal from there again."),
    "return_url_not_allowed": _("This address can't be returned to: it has to begin with https://."),
    "no_preview": _("The preview is over."),
    "no_session": _("You are no longer signed in."),
    # The staff's door
    "wrong_password": _(
        "E-mail address and password don't belong together. Please check both, capital letters too."
    ),
    "weak_password": _(
        "This password is too easy to guess. Please choose another one, of several words perhaps."
    ),
    "wrong_second_factor": _(
        "This code is not right, or was used before. Please enter the one that the app shows now."
    ),
    "sign_in_over": _("This took too long, or there were too many wrong codes. Please begin anew."),
    "no_second_factor_to_come": _(
        "Nothing waits to be confirmed any more: there are ten minutes for it. Please begin anew."
    ),
    "last_owner": _("Somebody has to be the owner. Please give this role to somebody else first."),
    "set_up_over": _("This link was used, replaced or has expired. Please ask for a new one."),
    "owner_exists": _("This installation has an owner already."),
    "name_needed": _("Please enter a name."),
    "email_taken": _("Somebody else has this e-mail address already."),
    # Access rules
    "one_at_a_time": _("Please enter one at a time, without commas, semicolons or blanks."),
    "invalid_domain": _("Please enter an e-mail domain like example.com."),
    "already_granted": _("There is a rule for this already."),
    "domain_granted": _(
        "All addresses of %(domain)s are admitted already, so this one needs no rule of its own."
    ),
    "addresses_covered": _(
        "This domain covers single addresses that you have not seen yet. Please check them, then confirm."
    ),
    "too_many_rules": _("A bill group has at most %(most)s rules. Please remove some first."),
    # API keys
    "invalid_api_key": _(
        "This API key is not valid: it is unknown, has expired or was withdrawn. Please use another one."
    ),
    "missing_scope": _("This needs an API key with another scope: %(scope)s."),
    # Details
    "invalid_contact": _("Please check the fields that are marked."),
    "invalid_numbers": _("Please check the fields that are marked."),
    "invalid_customer": _("This customer's data can't be used."),
    "invalid_merchant": _("These settings can't be used."),
    "invalid_text": _("This text can't be used. Please check what is marked."),
    "invalid_file": _("This file can't be used. It takes a CSV file with customers."),
    "invalid_logo": _("This picture can't be used as a logo. It takes a PNG, JPEG or SVG of at most 1 MB."),
    "no_email_change": _("No new e-mail address waits for confirmation any more."),
    # Subscriptions
    "not_possible": _("This is not possible in the subscription's present state."),
    "switched_off": _("This can't be done here. Please contact us."),
    "held_by_merchant": _("We have paused this subscription. Please contact us to resume it."),
    "cancelled_by_merchant": _("We have cancelled this subscription. Please contact us about it."),
    "held_for_payment": _("This subscription is paused until the open invoice is paid."),
    "invalid_resume_date": _("Please choose a day after the one on which the pause begins."),
    "preview_outdated": _(
        "Something has changed since you saw this page. Please check what will happen now."
    ),
    "unknown_payment_method": _("This payment method does not exist any more. Please choose another one."),
    "no_price_in_currency": _("This plan has no price in your currency. Please contact us."),
    "invalid_subscription": _("This subscription's data can't be used."),
    "invalid_plan": _("This plan's data can't be used."),
    "product_archived": _("This product is archived. Please choose another one."),
    "plan_archived": _("This plan is archived. Please choose another one."),
    # Invoices
    "document_issued": _("This document is issued and can't be changed any more."),
    "draft_needed": _("This draft is issued by itself and can't be deleted."),
    "not_issued": _("This document is not issued yet."),
    "already_paid": _("Something was paid on this invoice: it is refunded and credited instead."),
    "no_tax_rule": _("There is no tax rule for one of the lines."),
    "amounts_do_not_fit": _("The amounts of this document don't fit together."),
    "currency_differs": _("The currency is another than that of the invoices."),
    "invalid_numbering": _("Please check the fields that are marked."),
    "credit_too_large": _("More can't be credited than was invoiced."),
    # Payment methods
    "method_needed": _("A running subscription needs this payment method. Please add another one first."),
    "method_not_active": _("This payment method is not active. Please choose another one or add a new one."),
    "method_expired": _("This payment method has expired. Please add a new one."),
    "no_provider": _("No new payment methods can be added at the moment. Please contact us."),
    "no_provider_key": _("There is no key of its own to remove."),
    "no_webhook_secret": _("There is no secret of its own to remove."),
    "invalid_webhook_secret": _(
        "This is no secret of this provider. Please copy it as the provider shows it, from whsec_ to its end."
    ),
    "webhook_refused": _("This message can't be believed: it is not signed as it should be, or too old."),
    "invalid_return_url": _("The way back from the payment provider is not right."),
    "invalid_transaction": _("This transaction's data can't be used."),
    "nothing_due": _("Nothing is due on this invoice."),
    "more_than_due": _("This is more than is due on the invoice."),
    "not_refundable": _("This payment can't be refunded."),
    "more_than_paid": _("This is more than is left of the payment."),
    "provider_refused": _("The payment provider did not accept this. Please try another payment method."),
    "provider_away": _("The payment provider can't be reached at the moment. Please try again later."),
    "provider_not_known_yet": _(
        "The payment provider has not answered yet. Please send this again: it will not be done twice."
    ),
}

# What is wrong with one field, as params["fields"] of an error says it.
FIELD_TEXTS: dict[str, LazyString] = {
    "required": _("Please fill this in."),
    "too_long": _("This is too long."),
    "unreadable": _("There are characters in this that can't be used. Please type it anew."),
    "invalid_email": _("Please enter an e-mail address like name@example.com."),
    "invalid_phone": _("Please enter a telephone number with its country code, like +49 30 1234567."),
    "invalid_country": _("Please choose a country."),
    "invalid_postal_code": _("This postal code does not fit the country."),
    "invalid_region": _("This region does not fit the country."),
    "unknown_time_zone": _("We don't know this time zone. Please choose one of the list."),
    "vat_number_in_use": _(
        "There are invoices with your VAT number, so it can't be removed. It can be changed to another one."
    ),
    "invalid_vat_number": _("This is no valid VAT number. It begins with the country, like DE136695976."),
    "invalid_iban": _("This is no valid IBAN. Please check it, character by character."),
    "invalid_bic": _("This is no valid BIC: it has 8 or 11 letters and digits."),
    "invalid_url": _("Please enter a whole web address, like https://www.example.com/terms."),
    "invalid_origin": _("One of these is no address of a site with HTTPS, like https://app.example.com."),
    "invalid_numbering": _(
        "This needs {number} exactly once. It may have {year} and {month}, letters, digits, spaces and . / _ -"
    ),
    "numbering_used": _(
        "Another kind of document is numbered like this. Please begin it differently, with CN- for example."
    ),
}

# What a person reads about a request that no page takes, by its HTTP status.
_HTTP_TEXTS: dict[int, LazyString] = {
    400: _("Something is missing in what was sent. Please open the page anew and send it again."),
    405: _("This address only takes a form that is sent. Please begin at the start page."),
    403: _("This page belongs to somebody else, or needs more rights than you have. Please contact us."),
    413: _("This is too much at once. Please shorten what you entered and send it again."),
    429: _("There were too many requests from your address. Please wait a minute, then try again."),
    503: _("A part of the portal does not answer just now. Nothing is lost."),
}
_HTTP_TITLES: dict[int, LazyString] = {
    403: _("This is not open to you"),
    405: _("Nothing can be seen here"),
    413: _("This is too much at once"),
    429: _("Too many requests"),
}
UNREADABLE = _(
    "Some of the characters that came in can't be read, so nothing was changed. Please go back and type the text anew "
    "instead of pasting it. If you have followed a link, please open the page from the start page instead."
)
_HTTP_TITLE_OTHER = _("The request could not be answered")
_HTTP_OTHER = _("Please begin at the start page. If it happens again, contact us.")


def http_title(status: int) -> str:
    """What stands over ``http_text``."""
    return str(_HTTP_TITLES.get(status, _HTTP_TITLE_OTHER))


def http_text(status: int) -> str:
    """What a person reads about an answer with this HTTP status that is no domain error."""
    return str(_HTTP_TEXTS.get(status, _HTTP_OTHER))


def text_of(error: DomainError) -> str:
    """What a person reads about ``error``."""
    params = dict(error.params)
    if "seconds" in params:
        params["wait"] = _wait(params["seconds"])
    try:
        return str(TEXTS.get(error.code, _OTHER)) % params
    except KeyError:
        # Another version of the service leaves out what the text needs.
        return str(_AGAIN if error.kind is Kind.RETRY else _OTHER)


def _wait(seconds: int) -> str:
    """A time to wait in words, rounded up: whoever comes when it is over does not come too early."""
    for unit in (1, 60, 3600):
        count = ceil(seconds / unit)
        if count <= _MOST_OF_A_UNIT:
            break
    written: str = format_timedelta(timedelta(seconds=count * unit), threshold=1.6)
    return written


def field_texts(error: DomainError) -> dict[str, str]:
    """What is wrong with which field: ``{"address.city": "Please fill this in."}``; empty where none is named."""
    if error.code not in _ABOUT_FIELDS:
        return {}
    fields = error.params.get("fields", {})
    return {field: str(FIELD_TEXTS.get(code, _OTHER_PROBLEM)) for field, code in fields.items()}


def status_of(error: DomainError) -> int:
    """The HTTP status that fits ``error``: its contract names it."""
    return CODES[error.code].status if error.code in CODES else 422
