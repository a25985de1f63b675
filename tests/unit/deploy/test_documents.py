"""What the documents say of settings, files and commands is so."""

import re

import pytest

from deploy.local.settings import PORTS
from shared.settings import Settings
from tests.unit.deploy.compose import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"
DOCUMENTS = sorted({ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")})
# Not of our making, or not a setting of a service.
BESIDES = {"SECRETS_DIR"}

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))


def rows(title: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    section = OPERATIONS.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]


def test_the_table_of_settings_is_complete():
    named = {row[0].strip("`") for row in rows("Configuration")}
    assert named - BESIDES == {name.upper() for name in Settings.model_fields}


def test_the_defaults_in_the_table_are_those_of_the_code():
    for variable, _meaning, default, _who in rows("Configuration"):
        field = Settings.model_fields.get(variable.strip("`").lower())
        if field is None or default.startswith(("none", "that of")):
            continue
        shown = default.strip("`")
        expected = field.default
        if hasattr(expected, "get_secret_value"):
            expected = expected.get_secret_value()
        assert shown == (str(list(expected)) if isinstance(expected, tuple) else str(expected)), variable


def test_the_ports_of_one_machine_are_named():
    for document in ("README.md", "docs/operations.md"):
        text = (ROOT / document).read_text()
        assert all(f"`{name}`" in text for name in PORTS), document


@each_document
def test_links_lead_somewhere(document):
    text = document.read_text()
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for target in targets:
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        there = document.parent / file if file else document
        assert there.exists(), target
        if anchor:
            assert anchor in headings(there.read_text()), target


@each_document
def test_commands_exist(document):
    text = document.read_text()
    makefile = (ROOT / "Makefile").read_text()
    for command in re.findall(r"\bmake ([a-z-]+)\b(?=[`\s]*(?:$|[`#]|[A-Z]+=))", text, re.MULTILINE):
        assert f"\n{command}:" in makefile, command
    for module in re.findall(r"python -m ((?:deploy|services|shared)[\w.]*)", text):
        path = ROOT / module.rstrip(".").replace(".", "/")
        assert path.with_suffix(".py").exists() or path.is_dir(), module


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "adr"
    listed = re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(file.name for file in folder.glob("0*.md"))
    for number, file in enumerate(listed, start=1):
        lines = (folder / file).read_text().splitlines()
        assert lines[0].startswith(f"# {number}. ")
        assert [
            word for word in ("Context", "Decision", "Consequences") if f"**{word}.**" in "\n".join(lines)
        ] == [
            "Context",
            "Decision",
            "Consequences",
        ]


def headings(text: str) -> set[str]:
    """The anchors that headings get."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}
