"""What can be asked of the subscriptions service: load, let the domain decide, save."""

from __future__ import annotations

from dataclasses import dataclass

from services.subscriptions.usecases.acting import Acting
from services.subscriptions.usecases.beginning import BeginningSubscriptions
from services.subscriptions.usecases.cataloguing import Cataloguing
from services.subscriptions.usecases.importing import Importing
from services.subscriptions.usecases.reading import Reading
from services.subscriptions.usecases.run import BillingRun


@dataclass(frozen=True, slots=True)
class UseCases:
    """All use cases, by what they do."""

    reading: Reading
    acting: Acting
    beginning: BeginningSubscriptions
    cataloguing: Cataloguing
    importing: Importing
    run: BillingRun
