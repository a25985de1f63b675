"""All queries of the customers service."""

from services.customers.repository.aggregates import BillGroups, Customers, MerchantAccount
from services.customers.repository.directory import Directory, Wanted
from services.customers.repository.imports import Imports
from services.customers.repository.logos import Logos
from services.customers.repository.own_texts import OwnTexts
from services.customers.repository.timeline import Looked, Notes, Timeline
from services.customers.repository.vat_numbers import VatNumbers

__all__ = [
    "BillGroups",
    "Customers",
    "Directory",
    "Imports",
    "Logos",
    "Looked",
    "MerchantAccount",
    "Notes",
    "OwnTexts",
    "Timeline",
    "VatNumbers",
    "Wanted",
]
