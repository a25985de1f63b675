"""Starts this service alone: ``python -m services.customers``."""

from shared.messaging.runtime import run
from services.customers.service import CustomersService

if __name__ == "__main__":
    run(CustomersService)
