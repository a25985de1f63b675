"""The demo data of one customer, for tests that need somebody with a past but not everybody."""

from typing import Any

from deploy.demo.loading import load
from shared.kernel.clock import utc_now
from shared.kernel.context import Context
from shared.messaging.client import RpcClient

BILL_GROUP, CUSTOMER, EMAIL = "bg-0001", "cust-0001", "anna@blumenhof-ahrens.example"


def load_one_customer(client: RpcClient) -> None:
    """Load what concerns the customer, and what concerns nobody in particular: the merchant, plans."""
    refused: list[str] = []
    load(_OfOneCustomer(client), utc_now().date(), lambda row: refused.append(row.reason))
    assert not any(refused), refused


class _OfOneCustomer:
    """Passes on what concerns one customer, or none in particular, and takes the rest for done."""

    def __init__(self, client: RpcClient) -> None:
        self._client = client

    def call(self, service: str, method: str, context: Context, /, **row: Any) -> Any:
        if row.get("bill_group", BILL_GROUP) != BILL_GROUP or row.get("customer", CUSTOMER) != CUSTOMER:
            return {}
        return self._client.call(service, method, context, **row)
