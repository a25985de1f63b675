"""Calls a second: our client, nameko's ClusterRpcProxy (one a thread), a bare kombu echo (one connection a thread)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local.broker import Broker
from deploy.local.process import tied_command
from deploy.local.programs import ROOT
from deploy.local.store import Store
from shared.kernel.context import Context
from shared.messaging.client import RpcClient
from tests.bench.measuring import Measured, measure, table
from tests.bench.peers import KombuClient
from tests.support.ledger.contract import CONTRACTS
from tests.support.suite import Suite

LEDGER = "tests.support.ledger"
CALLERS = (1, 8, 32)
SECONDS = 4.0
TEXT = "a text of some forty letters to be echoed"

Ask = Callable[[], object]


def main() -> None:
    """Measure and print."""
    with _backends() as (amqp_uri, suite):
        client = RpcClient(amqp_uri, CONTRACTS)
        peers: dict[str, Callable[[], Ask]] = {
            "ours": lambda: lambda: client.ledger.echo(Context(), text=TEXT),
            "nameko": lambda: _nameko_caller(amqp_uri),
            "kombu": lambda: _kombu_caller(amqp_uri),
        }
        suite.start(LEDGER)
        measured: dict[tuple[str, int], Measured] = {}
        for callers in CALLERS:
            for name, make in peers.items():
                measured[name, callers] = measure(make, callers=callers, seconds=SECONDS)
        client.close()
    rows = []
    for callers in CALLERS:
        ours, nameko, kombu = (measured[name, callers] for name in peers)
        rows.append(
            (
                callers,
                *(each.per_second for each in (ours, nameko, kombu)),
                ours.per_second / nameko.per_second,
                f"{ours.per_second / kombu.per_second:.0%}",
                ours.median,
                ours.p95,
            )
        )
    head = (
        *("callers", "ours/s", "nameko/s", "kombu/s", "ours ÷ nameko", "ours ÷ kombu"),
        *("ours, median ms", "p95 ms"),
    )
    table(
        "RPC: an echo, ours with schemas and context (aims: ≥ 2, ≥ 2.5 × nameko; ≥ 80 % of kombu)", head, rows
    )


def _nameko_caller(amqp_uri: str) -> Ask:
    from nameko.standalone.rpc import ClusterRpcProxy

    proxy = ClusterRpcProxy({"AMQP_URI": amqp_uri}, timeout=10).start()
    return lambda: proxy.bench_peer.echo(text=TEXT)


def _kombu_caller(amqp_uri: str) -> Ask:
    client = KombuClient(amqp_uri)
    return lambda: client.echo(TEXT)


@contextmanager
def _backends() -> Iterator[tuple[str, Suite]]:
    """A broker, a store, the peers; the address of the broker, and a suite to start our echo in."""
    directory = Path(tempfile.mkdtemp(prefix="portico-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        broker, store = Broker(directory / "broker"), Store(directory / "store")
        for part in (broker, store):
            stack.callback(part.kill)
            part.start()
        for peer in ("nameko", "kombu"):
            stack.enter_context(_peer(peer, broker.uri))
        suite = Suite(
            directory / "suite", amqp_uri=broker.uri, mongo_uri=store.uri, smtp_uri="smtp://127.0.0.1:1"
        )
        stack.callback(suite.close)
        yield broker.uri, suite


@contextmanager
def _peer(name: str, amqp_uri: str) -> Iterator[None]:
    process = subprocess.Popen(
        tied_command([sys.executable, "-W", "ignore", "-m", "tests.bench.peers", name]),
        env={**os.environ, "AMQP_URI": amqp_uri},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n", f"the peer {name} did not start"
        yield
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
