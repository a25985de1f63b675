"""Starts this service alone: ``python -m services.invoices``."""

from shared.messaging.runtime import run
from services.invoices.service import InvoicesService

if __name__ == "__main__":
    run(InvoicesService)
