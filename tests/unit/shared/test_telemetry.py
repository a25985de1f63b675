"""The command for health checks, and traces while they are off."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from shared.telemetry import check, traces


class Process(BaseHTTPRequestHandler):
    """It lives, and is not ready."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()
        self.wfile.write(b"broker: away")

    def log_request(self, *_about: object) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Process)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("host", ["", "127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_the_check_asks_the_operations_port(port, host, monkeypatch, capsys):
    monkeypatch.setenv("OPERATIONS_PORT", str(port))
    monkeypatch.setenv("OPERATIONS_HOST", host)
    assert check.main(["alive"]) == 0
    assert check.main(["ready"]) == 1
    assert "503: broker: away" in capsys.readouterr().err


def test_a_port_may_be_named(port, monkeypatch):
    monkeypatch.delenv("OPERATIONS_PORT", raising=False)
    assert check.main(["alive", str(port)]) == 0


@pytest.mark.parametrize("arguments", [[], ["alive"], ["well", "80"], ["alive", "http"]])
def test_what_makes_no_sense_is_refused(arguments, monkeypatch):
    monkeypatch.delenv("OPERATIONS_PORT", raising=False)
    assert check.main(arguments) == 2


def test_nobody_there(port, capsys):
    assert check.check("/healthz", "127.0.0.1", 1) == "no answer: ConnectionRefusedError"


def test_the_check_loads_nothing_but_the_standard_library():
    code = (
        "import sys, shared.telemetry.check;"
        "print([name for name in sys.modules if 'site-packages' in (getattr(sys.modules[name], '__file__', 0) or '')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = [name for name in eval(done.stdout) if "distutils" not in name]  # noqa: S307
    assert loaded == []


def test_traces_that_are_off_cost_nothing_and_say_nothing():
    traces.configure("", "tests")
    span = traces.start("page", "server")
    entered = traces.enter(span)
    traces.leave(entered)
    traces.end(span)
    with traces.inside("call", "client") as inner:
        assert inner is None
    assert (span, traces.headers(), traces.trace_id(), traces.are_on()) == (None, {}, None, False)
    assert "opentelemetry.sdk" not in sys.modules
