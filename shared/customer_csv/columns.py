"""The columns of a file with customers, and where each stands in a customer that is brought in."""

from __future__ import annotations

Path = tuple[str, ...]

_CONTACT = ("name", "company", "email", "phone")
_ADDRESS = ("line1", "line2", "postal_code", "city", "region", "country")


def _contact(role: str, prefix: str, name: str) -> dict[str, Path]:
    texts = {name if field == "name" else prefix + field: ("contacts", role, field) for field in _CONTACT}
    return texts | {prefix + field: ("contacts", role, "address", field) for field in _ADDRESS}


_OF_CUSTOMER: dict[str, Path] = {
    "customer": ("customer",),
    "name": ("name",),
    "created_on": ("created_at",),
    "access": ("access",),
}
# Below ``bill_groups[0]``.
_OF_BILL_GROUP: dict[str, Path] = {
    "bill_group": ("bill_group",),
    "currency": ("currency",),
    "language": ("language",),
    "time_zone": ("time_zone",),
    "po_number": ("po_number",),
    "vat_number": ("vat_number",),
    "registration_number": ("registration_number",),
    **_contact("billing", "", "contact_name"),
    **_contact("shipping", "shipping_", "shipping_name"),
}

# Each with its path in a customer; what belongs to a bill group below ``BILL_GROUP``.
BILL_GROUP = "bill_group"
COLUMNS: dict[str, Path] = {
    **_OF_CUSTOMER,
    **{name: (BILL_GROUP, *path) for name, path in _OF_BILL_GROUP.items()},
}
SHIPPING = tuple(name for name in COLUMNS if name.startswith("shipping_"))
# Without these no row can be brought in.
REQUIRED = ("email", "country", "currency")

_BY_PATH = {".".join(path[1:] if path[0] == BILL_GROUP else path): name for name, path in COLUMNS.items()}


def column_of(field: str) -> str:
    """The column with what a service calls ``field`` (``contacts.billing.address.city``); empty where there is none."""
    return _BY_PATH.get(field, "")
