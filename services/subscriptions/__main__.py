"""Starts this service alone: ``python -m services.subscriptions``."""

from shared.messaging.runtime import run
from services.subscriptions.service import SubscriptionsService

if __name__ == "__main__":
    run(SubscriptionsService)
