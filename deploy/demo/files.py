"""The demo data's files. They hold requests as the services' import methods take them.

``merchant``, ``texts``, ``catalogue``, ``customers``, ``wallets``, ``subscriptions``, ``habits`` and ``signins`` are
kept by hand; ``invoices`` and ``transactions`` are made of them by ``python -m deploy.demo.history``.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_DIRECTORY = Path(__file__).parent


def read(name: str) -> Any:
    """What stands in the file ``name``."""
    return json.loads((_DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))


def write(name: str, rows: list[Row]) -> None:
    """Write ``rows`` into the file ``name``, a line a row, so that differences can be read."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (_DIRECTORY / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def as_of() -> date:
    """The day on which the data look as their files say."""
    return date.fromisoformat(read("subscriptions")["as_of"])


def bill_groups() -> dict[str, Row]:
    """All bill groups of all customers, by handle."""
    return {group["bill_group"]: group for customer in read("customers") for group in customer["bill_groups"]}


def plans() -> dict[str, Row]:
    """All plans, by handle."""
    return {plan["plan"]: plan for plan in read("catalogue")["plans"]}
