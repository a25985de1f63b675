"""Fixtures for tests that need real parts. tests/support/README.md says how to use them."""

import secrets
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.broker import USER, Broker
from deploy.local.store import Store
from tests.support.backend import BackendOwner, ask
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite

BACKEND_DIRECTORY = pytest.StashKey[Path]()
BACKEND_OWNER = pytest.StashKey[BackendOwner]()
SUITES = pytest.StashKey[list[Suite]]()


@dataclass(frozen=True)
class SharedBroker:
    """The session's broker. It is shared: who wants to kill one asks for `own_broker`."""

    _broker: Broker

    @property
    def uri(self) -> str:
        """Its first virtual host, where nothing of any test remains by right."""
        return self._broker.uri

    def new_vhost(self) -> str:
        """The URI of a fresh virtual host, in which nobody else's queues are (a fifth of a second)."""
        return new_vhost(self._broker)


@dataclass(frozen=True)
class SharedStore:
    """A store that tests share: use fresh database names. To kill one, ask for `own_store`."""

    uri: str


def new_vhost(broker: Broker) -> str:
    """The URI of a fresh virtual host of this broker."""
    name = f"t{secrets.token_hex(6)}"
    broker.evaluate(
        f'ok = rabbit_vhost:add(<<"{name}">>, <<"portico">>),'
        f'ok = rabbit_auth_backend_internal:set_permissions(<<"{USER}">>, <<"{name}">>,'
        f' <<".*">>, <<".*">>, <<".*">>, <<"portico">>)'
    )
    return broker.uri_of(name)


SuiteFactory = Callable[..., Suite]


def pytest_configure(config: pytest.Config) -> None:
    """The session's first process owns the broker; xdist's workers are told where to ask for it."""
    config.stash[SUITES] = []
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[BACKEND_DIRECTORY] = Path(worker_input["portico_backend"])
    else:
        config.stash[BACKEND_OWNER] = BackendOwner()
        config.stash[BACKEND_DIRECTORY] = config.stash[BACKEND_OWNER].directory


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Called by xdist for each worker that it is about to start."""
    node.workerinput["portico_backend"] = str(node.config.stash[BACKEND_DIRECTORY])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind, neither processes nor files."""
    owner = config.stash.get(BACKEND_OWNER, None)
    if owner is not None:
        owner.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows the last log lines of the services that were up."""
    report = yield
    if report.failed:
        for suite in item.config.stash[SUITES]:
            for name, lines in suite.last_lines().items():
                report.sections.append((f"log of {name}", lines))
    return report


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> SharedBroker:
    """The session's RabbitMQ."""
    directory = request.config.stash[BACKEND_DIRECTORY]
    return SharedBroker(Broker(directory / "broker", ask(directory, "broker")))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedStore]:
    """A store for the tests of one module: with the tables of a whole session in it, it slows down and hangs."""
    with _new_store(tmp_path_factory) as store:
        yield store


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A RabbitMQ for this module alone, to be stopped, killed and started (takes about eight seconds)."""
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for this module alone, to be stopped, killed and started."""
    store = Store(tmp_path_factory.mktemp("store"))
    store.start()
    yield store
    store.kill()


@pytest.fixture
def database_prefix() -> str:
    """A prefix for database names that nobody has used before."""
    return f"t{secrets.token_hex(4)}_"


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """A mail catcher. All tests of a process share it: look for addresses of your own."""
    mailbox = Mailbox(tmp_path_factory.mktemp("mailbox"))
    mailbox.start()
    yield mailbox
    mailbox.kill()


@pytest.fixture(scope="module")
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SuiteFactory]:
    """Makes suites: `suite("customers", "auth")` starts these services and returns when they are ready.

    `broker`, `store` take an `own_broker`, `own_store` in place of the session's; `env` adds settings.
    Without names nothing is started yet. Everything ends with the module.
    """
    with ExitStack() as stack:

        def make(
            *services: str,
            broker: Broker | None = None,
            store: Store | None = None,
            env: Mapping[str, str] | None = None,
        ) -> Suite:
            return stack.enter_context(
                _suite(request, tmp_path_factory, *services, broker=broker, store=store, env=env)
            )

        yield make


@pytest.fixture(scope="session")
def whole_suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """All services, the sandbox provider and the gateway, once for all tests that only look and click."""
    with (
        _new_store(tmp_path_factory) as store,
        _suite(request, tmp_path_factory, store=store) as suite,
    ):
        yield suite.start_everything()


@contextmanager
def _new_store(paths: pytest.TempPathFactory) -> Iterator[SharedStore]:
    store = Store(paths.mktemp("store"))
    store.start()
    try:
        yield SharedStore(store.uri)
    finally:
        store.kill()


@contextmanager
def _suite(
    request: pytest.FixtureRequest,
    paths: pytest.TempPathFactory,
    *services: str,
    broker: Broker | None = None,
    store: Store | SharedStore | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Suite]:
    """A suite in a `with`: nothing of it is left after."""
    mailbox: Mailbox = request.getfixturevalue("mailbox")
    mongo_uri: str = (store or request.getfixturevalue("store")).uri
    amqp_uri = new_vhost(broker) if broker else request.getfixturevalue("broker").new_vhost()
    suite = Suite(
        paths.mktemp("suite"), amqp_uri=amqp_uri, mongo_uri=mongo_uri, smtp_uri=mailbox.smtp_uri, env=env
    )
    live = request.config.stash[SUITES]
    live.append(suite)
    try:
        yield suite.start(*services)
    finally:
        suite.close()
        live.remove(suite)
