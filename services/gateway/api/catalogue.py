"""The catalogue: products and the plans to subscribe to."""

from __future__ import annotations

from services.gateway.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/imports/products",
        "subscriptions.import_product",
        "import",
        "Bring in a product",
        status=201,
    ),
    Operation("POST", "/imports/plans", "subscriptions.import_plan", "import", "Bring in a plan", status=201),
)
