from deploy.demo import files
from deploy.demo.loading import Loaded, Outcome, load, stages
from shared.kernel.context import Context
from shared.kernel.errors import DomainError

AS_OF = files.as_of()
COUNT = sum(len(stage.imports) for stage in stages(AS_OF))


class Services:
    """Take everything, but answer the methods in ``errors`` with these."""

    def __init__(self, **errors: DomainError) -> None:
        self.errors = errors
        self.asked: list[str] = []
        self.keys: set[object] = set()

    def call(self, service: str, method: str, context: Context, /, **arguments: object) -> object:
        assert str(context.principal) == "system:demo"
        self.asked.append(method)
        self.keys.add(arguments["key"])
        if method in self.errors:
            raise self.errors[method]
        return {}


def loaded(services: Services) -> tuple[int, list[Loaded]]:
    told: list[Loaded] = []
    return load(services, AS_OF, told.append), told


def test_all_rows_are_loaded_in_the_order_in_which_they_need_each_other() -> None:
    services = Services()
    refused, told = loaded(services)
    assert refused == 0
    assert len(told) == len(services.asked) == len(services.keys) == COUNT
    assert {each.outcome for each in told} == {Outcome.LOADED}
    first = [
        services.asked.index(method) for method in ("import_customer", "import_invoice", "import_transaction")
    ]
    assert first == sorted(first)
    assert services.asked[-1] == "import_subscription"


def test_what_is_there_already_is_kept() -> None:
    refused, told = loaded(Services(import_customer=DomainError("already_exists", handle="cust-1")))
    assert refused == 0
    assert [each.outcome for each in told if each.stage.title == "customers"] == [Outcome.KEPT] * 30


def test_a_refused_row_is_told_with_its_reason_and_the_others_go_on() -> None:
    refused, told = loaded(Services(import_plan=DomainError("invalid_plan", fields={"prices": "negative"})))
    assert refused == 7
    assert len(told) == COUNT
    reasons = {each.reason for each in told if each.outcome is Outcome.REFUSED}
    assert reasons == {"invalid_plan {'fields': {'prices': 'negative'}}"}


def test_loading_twice_asks_with_the_same_keys() -> None:
    first, second = Services(), Services()
    loaded(first)
    loaded(second)
    assert first.keys == second.keys
