"""Starts the payments service alone: ``python -m services.payments``."""

from shared.messaging.runtime import run

from services.payments.service import PaymentsService

if __name__ == "__main__":
    run(PaymentsService)
