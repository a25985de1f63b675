"""A CSV file as the command line brings it in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from deploy.importer import __main__ as main
from deploy.importer import command
from deploy.importer.folder import FolderError
from deploy.importer.table import CustomersFile
from tests.unit.importer.conftest import FakeApi, problem

HEADER = "customer;name;email;country;currency"
GOOD, BAD, WRONG = "1001;Roe;jane@roe.example;DE;EUR", "1002;Doe;john@doe.example;DE;Euro", "1003;X;x;DE;EUR"


def file(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "customers.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8-sig")
    return path


def given(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(arguments)


def test_rows_are_customers_and_flaws_are_said(tmp_path: Path) -> None:
    source = CustomersFile(file(tmp_path, GOOD, BAD))
    good, bad = source.rows("customers")
    assert (good.file, good.number, good.body["customer"], good.flaw) == ("customers.csv", 2, "1001", "")
    assert bad.flaw == "currency: is no currency's three letters, like EUR"
    assert list(source.rows("invoices")) == []


def test_what_is_refused_is_reported_as_a_file_that_can_be_brought_in(
    fake_api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTICO_API_KEY", "the-key")
    wrong = problem(422, "invalid_customer")
    fake_api.decide = lambda asked: (
        wrong if asked.verb == "POST" and asked.body["customer"] == "1003" else None
    )
    report = tmp_path / "refused.csv"
    options = given("--url", fake_api.url, "--report", str(report))
    assert command.run(CustomersFile(file(tmp_path, GOOD, BAD, WRONG)), options) == command.SOME_REFUSED
    again = list(CustomersFile(report).rows("customers"))
    assert [row.cells["customer"] for row in again] == ["1002", "1003"]


@pytest.mark.parametrize(
    "header, said",
    [
        ("email;country;currency;colour", "customers.csv: these columns are not known here: colour."),
        ("email", "customers.csv: these columns are needed, too: country, currency."),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(FolderError) as refused:
        CustomersFile(file(tmp_path, header=header))
    assert str(refused.value) == said


def test_a_file_that_is_not_there_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["importer", str(tmp_path / "gone.csv")])
    with pytest.raises(SystemExit):
        main.main()
    assert "can't be read" in capsys.readouterr().err
