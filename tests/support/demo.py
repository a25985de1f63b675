"""The demo data, brought in through the API: all of them, or those of one customer who has a past."""

from deploy.demo.rows import rows
from deploy.importer.api import Api
from deploy.importer.folder import Rows
from deploy.importer.importing import Outcome, Result, bring_in
from shared.contracts.registry import CONTRACTS
from shared.contracts.scopes import SCOPES
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, system
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.suite import Suite

BILL_GROUP, CUSTOMER, EMAIL = "bg-0001", "cust-0001", "anna@blumenhof-ahrens.example"


def make_api_key(suite: Suite, *scopes: str) -> str:
    """The secret of a new API key, which may do everything where no scopes are named. It takes the auth service."""
    client = RpcClient(suite.settings["AMQP_URI"], CONTRACTS)
    try:
        created = client.auth.create_api_key(
            Context(principal=system("tests")), name="tests", scopes=list(scopes or SCOPES), key=new_id()
        )
    finally:
        client.close()
    secret: str = created["secret"]
    return secret


def load_demo(suite: Suite) -> list[Result]:
    """Bring in everything. It takes the gateway and all services; what became of each row."""
    return _bring_in(suite, Rows(rows(utc_now().date())))


def load_one_customer(suite: Suite) -> None:
    """Bring in what concerns the customer, and what concerns nobody in particular: the merchant, plans."""
    _bring_in(
        suite,
        Rows(
            {
                name: [
                    row
                    for row in of_name
                    if row.get("bill_group", BILL_GROUP) == BILL_GROUP
                    and row.get("customer", CUSTOMER) == CUSTOMER
                ]
                for name, of_name in rows(utc_now().date()).items()
            }
        ),
    )


def _bring_in(suite: Suite, source: Rows) -> list[Result]:
    told: list[Result] = []
    bring_in(Api(suite.url, make_api_key(suite)), source, told.append)
    assert [f"{each.place}: {each.reason}" for each in told if each.outcome is Outcome.REFUSED] == []
    return told
