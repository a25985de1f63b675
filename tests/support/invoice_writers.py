"""Processes that issue invoices without end, and some of whose attempts fail."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import replace
from pathlib import Path

from services.invoices.domain.document import Document
from services.invoices.repository import Documents
from services.invoices.views import happening, whole
from shared.contracts.invoices import contract
from shared.kernel.context import Context
from shared.kernel.ids import new_handle
from shared.kernel.numbering import Number, Numbering
from shared.storage import Outcome, Store, connect
from tests.unit.invoices.examples import DAY, NOW, PARTIES, draft

CONTEXT = Context(chosen_now=NOW)
# The merchant changes the pattern again and again: as both have one series, it goes on without gap or double.
NUMBERINGS = (Numbering("{year}-{number:5}"), Numbering("{year}/{number:6}"))
# Of all attempts, between taking a number and writing it.
_RAISES, _DIES = 0.15, 0.10


class Aborted(Exception):
    """The writer gave up after it had chosen a number."""


def write_forever(uri: str, database: str, seed: int, issued: Path) -> None:
    """Issue invoices until killed, and note the number of each in the file ``issued`` once it is confirmed."""
    chance = random.Random(seed)
    documents = Documents(Store(connect(uri)[database], contract))

    def decide(document: Document, number: Number) -> Outcome[Document]:
        dice = chance.random()
        if dice < _RAISES:
            raise Aborted
        if dice < _RAISES + _DIES:
            os.kill(os.getpid(), signal.SIGKILL)
        done = document.issued(number, DAY, PARTIES)
        return Outcome(done, [happening("invoice_issued", done)], whole(done, NOW))

    with issued.open("a", buffering=1) as confirmed:
        while True:
            document = replace(draft(), id=new_handle("draft"), bill_group=f"bg-{chance.randrange(20)}")
            documents.add(CONTEXT, document, [], {})
            try:
                result = documents.issue(CONTEXT, document, chance.choice(NUMBERINGS), DAY, decide)
            except Aborted:
                continue
            confirmed.write(f"{result['number']}\n")
