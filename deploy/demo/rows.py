"""All demo data as rows that the importer takes, as they look on a given day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from deploy.demo import files
from deploy.demo.files import Row
from deploy.demo.logo import logo
from deploy.demo.rolling import roll_subscription, roll_wallet


def rows(today: date) -> dict[str, list[Row]]:
    """The rows by the name of the importer's file (``deploy.importer.stages``)."""
    as_of, plans, catalogue = files.as_of(), files.plans(), files.read("catalogue")
    return {
        # Version 1 is the merchant whom nobody has set up: settings made since the first load stay as they are.
        "merchant": [{**files.read("merchant"), "version": 1}],
        # Version 2 is the one whom these rows have just set up.
        "logo": [{"image": logo(), "version": 2}],
        # Version 0 is a text that nobody has written.
        "texts": [{**row, "version": 0} for row in files.read("texts")],
        "products": catalogue["products"],
        "plans": catalogue["plans"],
        "customers": files.read("customers"),
        "payment-methods": [roll_wallet(row, as_of=as_of, today=today) for row in files.read("wallets")],
        "invoices": files.read("invoices"),
        "transactions": files.read("transactions"),
        "subscriptions": [
            roll_subscription(row, plans[row["plan"]], as_of=as_of, today=today)
            for row in files.read("subscriptions")["subscriptions"]
        ],
    }


def write(folder: Path, today: date) -> list[Path]:
    """Write the rows into files of ``folder``, a line a row; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, of_name in rows(today).items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in of_name)
        written.append(folder / f"{name}.json")
        written[-1].write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return written
