import json
import logging

import pytest
import structlog

from shared.logging import configure, get_logger


@pytest.fixture(autouse=True)
def as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_line_is_json_and_names_service_and_request(capsys):
    configure("INFO", "invoices")
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        get_logger("portico").info("call", method="get_invoice")
        get_logger("portico").debug("not shown")

    (line,) = lines(capsys)
    assert line["event"] == "call"
    assert (line["service"], line["request_id"], line["level"]) == ("invoices", "r1", "info")
    assert line["method"] == "get_invoice"


def test_the_text_of_a_librarys_exception_is_left_out(capsys):
    configure("INFO", "auth")
    try:
        raise ValueError("jana@example.com is taken")
    except ValueError:
        logging.getLogger("somebody").exception("it failed")

    (line,) = lines(capsys)
    assert (line["service"], line["event"], line["error"]) == ("auth", "it failed", "ValueError")
    assert "jana" not in json.dumps(line)
