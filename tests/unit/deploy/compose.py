"""What docker-compose.yml says, for the tests to ask."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
FILE = ROOT / "docker-compose.yml"
FOLDER = ROOT / "deploy" / "compose"

_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")
_SIZES = {"M": 1024**2, "G": 1024**3}

Part = dict[str, Any]


def load() -> Part:
    """The file, with the value that each variable has where nobody sets it."""
    content: Part = _by_default(yaml.safe_load(FILE.read_text()))
    return content


def _by_default(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _by_default(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_by_default(each) for each in value]
    return _VARIABLE.sub(r"\2", value) if isinstance(value, str) else value


def variables() -> set[str]:
    """The variables that may be set from outside."""
    return {name for name, _default in _VARIABLE.findall(FILE.read_text())}


def secrets_of(part: Part) -> dict[str, str]:
    """The secrets that a container gets, with the paths where it finds them."""
    given = [entry if isinstance(entry, dict) else {"source": entry} for entry in part.get("secrets", ())]
    return {
        entry["source"]: str(Path("/run/secrets") / entry.get("target", entry["source"])) for entry in given
    }


def memory_of(part: Part) -> int:
    """The bytes that a container may take."""
    text = part["deploy"]["resources"]["limits"]["memory"]
    return int(text[:-1]) * _SIZES[text[-1]]
