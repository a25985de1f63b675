from shared.messaging.runtime import run  # isort: skip  (it patches the standard library first)

from tests.support.bookkeeper.service import BookkeeperService

if __name__ == "__main__":
    run(BookkeeperService)
