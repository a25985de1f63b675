"""All queries of the subscriptions service."""

from services.subscriptions.repository.catalogue import Catalogue
from services.subscriptions.repository.subscriptions import Due, Subscriptions

__all__ = ["Catalogue", "Due", "Subscriptions"]
