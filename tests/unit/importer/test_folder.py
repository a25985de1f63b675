from pathlib import Path

import pytest

from deploy.importer.folder import Folder, FolderError, Row


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_rows_of_an_array_and_of_lines(tmp_path: Path) -> None:
    write(tmp_path, "plans.json", '[{"plan": "a"}, {"plan": "ä"}]')
    write(tmp_path, "transactions.jsonl", '{"transaction": "t-1"}\n\n{"transaction": "t-2"}\n')
    folder = Folder(tmp_path)
    assert list(folder.rows("plans")) == [
        Row("plans.json", 1, {"plan": "a"}),
        Row("plans.json", 2, {"plan": "ä"}),
    ]
    # A row's number is its line's, so that an editor finds it.
    assert [(row.number, row.body) for row in folder.rows("transactions")] == [
        (1, {"transaction": "t-1"}),
        (3, {"transaction": "t-2"}),
    ]
    assert list(folder.rows("customers")) == []


def test_the_one_merchant_needs_no_array(tmp_path: Path) -> None:
    folder = Folder(write(tmp_path, "merchant.json", '{"accent": "#2f6f4f"}'))
    assert [row.body for row in folder.rows("merchant")] == [{"accent": "#2f6f4f"}]


def test_a_row_that_is_none_has_a_flaw_and_the_others_stay(tmp_path: Path) -> None:
    write(tmp_path, "plans.json", '[{"plan": "a"}, "b", {"plan": "c"}]')
    write(tmp_path, "invoices.jsonl", '{"number": "1"}\n{"number": \n[]\n{"number": "4"}')
    folder = Folder(tmp_path)
    assert [row.flaw for row in folder.rows("plans")] == ["", "a row is an object: {…}", ""]
    flaws = [row.flaw for row in folder.rows("invoices")]
    assert flaws[1].startswith("no JSON: ")
    assert [flaws[0], *flaws[2:]] == ["", "a row is an object: {…}", ""]


@pytest.mark.parametrize("text", ["[{]", '"rows"', "\xff"])
def test_a_file_without_an_array_can_not_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "plans.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(FolderError, match=r"plans\.json"):
        list(Folder(tmp_path).rows("plans"))


def test_a_file_that_nobody_would_look_at_is_named(tmp_path: Path) -> None:
    write(tmp_path, "plans.json", "[]")
    write(tmp_path, "custmers.json", "[]")
    with pytest.raises(FolderError, match=r"custmers\.json: not known here\. Files are called customers,"):
        Folder(tmp_path)


def test_a_folder_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="nothing to bring in"):
        Folder(tmp_path)
    with pytest.raises(FolderError, match="is no folder"):
        Folder(tmp_path / "elsewhere")
