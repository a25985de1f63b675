"""The catalogue: products and the plans to subscribe to."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_READ, _WRITE = "catalogue:read", "catalogue:write"

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/products", "subscriptions.find_products", _READ, "List the products"),
    Operation("POST", "/products", "subscriptions.create_product", _WRITE, "Create a product", status=201),
    Operation("GET", "/products/<product>", "subscriptions.get_product", _READ, "Read a product"),
    Operation(
        "PATCH", "/products/<product>", "subscriptions.change_product", _WRITE, "Change a product's names"
    ),
    Operation(
        "POST", "/products/<product>/archive", "subscriptions.archive_product", _WRITE, "Archive a product"
    ),
    Operation("GET", "/plans", "subscriptions.find_plans", _READ, "List the plans"),
    Operation("POST", "/plans", "subscriptions.create_plan", _WRITE, "Create a plan", status=201),
    Operation("GET", "/plans/<plan>", "subscriptions.get_plan", _READ, "Read a plan"),
    Operation(
        "GET",
        "/plans/<plan>/versions",
        "subscriptions.list_plan_versions",
        _READ,
        "List what a plan was and is",
    ),
    Operation("PATCH", "/plans/<plan>", "subscriptions.change_plan", _WRITE, "Change a plan"),
    Operation("POST", "/plans/<plan>/archive", "subscriptions.archive_plan", _WRITE, "Archive a plan"),
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
