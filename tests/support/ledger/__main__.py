from shared.messaging.runtime import run  # isort: skip  (it patches the standard library first)

from tests.support.ledger.service import LedgerService

if __name__ == "__main__":
    run(LedgerService)
