"""The command line: what is printed, what is reported, and the exit status."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest

from deploy.importer import command
from deploy.importer.folder import Folder, Row, Rows
from deploy.importer.importing import Outcome, Result
from deploy.importer.progress import Progress
from deploy.importer.stages import STAGES
from tests.unit.importer.conftest import Answer, Asked, FakeApi, problem

PLANS = next(stage for stage in STAGES if stage.file == "plans")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORTICO_URL", "PORTICO_API_KEY", "PORTICO_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


def given(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "key"
    file.write_text("the-key\n")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "plans.json").write_text(json.dumps([{"plan": f"plan-{n}"} for n in (1, 2, 3)]))
    return Folder(tmp_path / "folder")


def test_everything_is_in(
    fake_api: FakeApi, folder: Folder, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run(folder, given("--url", fake_api.url, "--key-file", str(key_file))) == 0
    assert fake_api.posted[0].authorization == "Bearer the-key"
    assert capsys.readouterr().out.splitlines() == [
        "plans: 3 of 3",
        "3 rows in 0 s: 3 taken in, 0 there already, 0 refused",
    ]


def test_refused_rows_are_shown_and_reported(
    fake_api: FakeApi, folder: Folder, key_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def decide(asked: Asked) -> Answer | None:
        return problem(422, "invalid_plan") if asked.body == {"plan": "plan-2"} else None

    fake_api.decide = decide
    report = tmp_path / "report.jsonl"
    options = ("--url", fake_api.url, "--key-file", str(key_file), "--report", str(report))
    assert command.run(folder, given(*options)) == 1
    printed = capsys.readouterr().out
    assert "refused: plans.json, row 2 (plan-2): invalid_plan: About invalid_plan.\n" in printed
    assert "2 taken in, 0 there already, 1 refused" in printed
    assert [json.loads(line) for line in report.read_text().splitlines()] == [
        {
            "file": "plans.json",
            "row": 2,
            "handle": "plan-2",
            "outcome": "refused",
            "reason": "invalid_plan: About invalid_plan.",
        }
    ]


def test_a_key_that_is_refused_ends_it(
    fake_api: FakeApi, folder: Folder, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_api.decide = lambda _asked: problem(401, "invalid_api_key")
    assert command.run(folder, given("--url", fake_api.url, "--key-file", str(key_file))) == 2
    assert "invalid_api_key: About invalid_api_key." in capsys.readouterr().err


def test_nothing_is_sent_of_a_folder_with_an_unreadable_file(
    fake_api: FakeApi, folder: Folder, key_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder" / "transactions.json").write_text("[{]")
    broken = Folder(tmp_path / "folder")
    assert command.run(broken, given("--url", fake_api.url, "--key-file", str(key_file))) == 2
    assert "transactions.json is no JSON" in capsys.readouterr().err
    assert fake_api.asked == []


def test_without_a_key_it_says_where_one_is_looked_for(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run(folder, given()) == 2
    assert command.run(folder, given("--key-file", str(tmp_path / "nowhere"))) == 2
    no_key, no_file = capsys.readouterr().err.splitlines()
    assert "set PORTICO_API_KEY, or name a file that has it with --key-file" in no_key
    assert "nowhere" in no_file


def test_the_environment_may_say_which_api_and_which_key(
    fake_api: FakeApi, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTICO_URL", fake_api.url)
    monkeypatch.setenv("PORTICO_API_KEY", "another-key")
    assert command.run(folder, given()) == 0
    assert fake_api.posted[0].authorization == "Bearer another-key"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def result(number: int, outcome: Outcome, reason: str = "") -> Result:
    return Result(PLANS, Row("plans.json", number, {"plan": f"plan-{number}"}), outcome, reason)


def test_a_terminal_shows_count_and_rate_in_place() -> None:
    out, seconds = Terminal(), iter(range(100))
    progress = Progress({"plans": 3}, out=out, clock=lambda: next(seconds))
    progress.tell(result(1, Outcome.TAKEN))
    progress.tell(result(2, Outcome.REFUSED, "invalid_plan"))
    progress.tell(result(3, Outcome.KEPT))
    assert out.getvalue().split("\r\x1b[K")[1:] == [
        "plans: 1 of 3",
        "refused: plans.json, row 2 (plan-2): invalid_plan\n",
        "plans: 2 of 3, 2 a second",
        "plans: 3 of 3, 2 a second\n",
    ]


def test_a_file_gets_a_line_now_and_then() -> None:
    out, now = io.StringIO(), 0.0
    progress = Progress({"plans": 1_000}, out=out, clock=lambda: now)
    for number in range(1, 1_001):
        now += 0.025
        progress.tell(result(number, Outcome.TAKEN))
    lines = out.getvalue().splitlines()
    assert lines[-1] == "plans: 1000 of 1000, 40 a second"
    assert len(lines) == 3


def test_a_remark_that_many_requests_make_is_said_once_in_a_while() -> None:
    out, now = io.StringIO(), 0.0
    progress = Progress({}, out=out, clock=lambda: now)
    for _ in range(12):
        now += 1
        progress.remark("the API asks to wait 1 s")
    assert out.getvalue().splitlines() == ["the API asks to wait 1 s"] * 3


def test_rows_at_hand_are_brought_in_as_those_of_a_folder(fake_api: FakeApi, key_file: Path) -> None:
    rows = Rows({"plans": [{"plan": "plan-1"}]})
    assert command.run(rows, given("--url", fake_api.url, "--key-file", str(key_file))) == 0
    assert [each.body for each in fake_api.posted] == [{"plan": "plan-1"}]
