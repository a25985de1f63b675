"""All placeholders that there are, by what they tell of."""

from __future__ import annotations

COMPANY = ("Company.name", "Company.email", "Company.phone", "Company.website")
# Whom a text speaks to: known even where nothing more is told of the customer.
PERSON = ("Client.name",)
CLIENT = (
    *PERSON,
    "Client.company",
    "Client.number",
    "Client.email",
    "Client.vat_number",
    "Client.po_number",
)
# These let somebody in: they only go to the billing contact itself.
PORTAL_LINK = "Client.customerportal_url"
LOGIN = "Client.customerportal_login"
PASSWORD = "Client.customerportal_passwort"  # noqa: S105  A placeholder, not what fills it.
KEYS = frozenset({PORTAL_LINK, LOGIN, PASSWORD})
INVOICE = (
    "Invoice.number",
    "Invoice.date",
    "Invoice.due_date",
    "Invoice.total",
    "Invoice.due",
    "Invoice.customerportal_url",
)
CREDIT_NOTE = ("Invoice.number", "Invoice.date", "Invoice.total", "Invoice.customerportal_url")
SUBSCRIPTION = ("Subscription.name", "Subscription.number", "Subscription.customerportal_url")

FIELDS = frozenset((*COMPANY, *CLIENT, *KEYS, *INVOICE, *SUBSCRIPTION))
# What fills these is an address of the web.
LINKS = frozenset({PORTAL_LINK, "Invoice.customerportal_url", "Subscription.customerportal_url"})
