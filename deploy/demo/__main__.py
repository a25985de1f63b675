"""``python -m deploy.demo`` loads the demo data; ``python -m deploy.demo --signins`` prints demo sign-ins."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from deploy.demo import files
from deploy.demo.loading import Loaded, Outcome, load
from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import utc_now
from shared.messaging.client import RpcClient
from shared.settings import load_settings


def main() -> int:
    """The exit status: 1 when something was refused."""
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description="Loads the demo data.")
    parser.add_argument(
        "--signins", action="store_true", help="print addresses to sign in with, load nothing"
    )
    if parser.parse_args().signins:
        print_sign_ins()
        return 0
    client = RpcClient(load_settings().amqp_uri.get_secret_value(), CONTRACTS)
    progress = Progress()
    try:
        refused = load(client, utc_now().date(), progress.tell)
    finally:
        client.close()
    progress.sum_up()
    return 1 if refused else 0


def print_sign_ins() -> None:
    """A few addresses, and what each has."""
    sign_ins = files.read("signins")
    width = max(len(each["email"]) for each in sign_ins)
    for each in sign_ins:
        print(f"{each['email']:{width}}  {each['has']}")


class Progress:
    """Tells on standard output how far the load is: line by line, or in place on a terminal."""

    def __init__(self) -> None:
        self._in_place = sys.stdout.isatty()
        self._outcomes: Counter[Outcome] = Counter()

    def tell(self, loaded: Loaded) -> None:
        """One more row is done."""
        self._outcomes[loaded.outcome] += 1
        count = len(loaded.stage.imports)
        last = loaded.done == count
        if self._in_place or last:
            end = "\n" if last else ""
            print(
                f"\r{loaded.stage.title}: {loaded.done} of {count}"[not self._in_place :], end=end, flush=True
            )
        if loaded.outcome is Outcome.REFUSED:
            print(f"\nrefused: {loaded.stage.title}, {loaded.title}: {loaded.reason}", file=sys.stderr)

    def sum_up(self) -> None:
        """What became of all."""
        print(", ".join(f"{self._outcomes[outcome]} {outcome.value}" for outcome in Outcome))


if __name__ == "__main__":
    sys.exit(main())
