"""What deploy/Dockerfile says, and which files of the tree it gets to see."""

import re
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from tests.unit.deploy.compose import ROOT

FILE = ROOT / "deploy" / "Dockerfile"


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name, its options (`--from=…`), and the rest."""

    name: str
    options: tuple[str, ...]
    words: tuple[str, ...]


def stages() -> list[list[Instruction]]:
    """The instructions of the Dockerfile, each stage beginning with its FROM."""
    text = re.sub(r"^\s*#.*\n", "", FILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[Instruction]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, *words = line.split()
        options = tuple(word for word in words if word.startswith("--")) if name == "COPY" else ()
        if name == "FROM":
            found.append([])
        found[-1].append(Instruction(name, options, tuple(word for word in words if word not in options)))
    return found


def is_let_through(path: str) -> bool:
    """Whether .dockerignore lets this file of the tree into the build: the last line that fits it decides."""
    let_through = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if pattern and not pattern.startswith("#") and _fits(path, pattern):
            let_through = line.startswith("!")
    return let_through


def context() -> list[str]:
    """The files under version control, or about to be, that a build sees."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for path in listed.split("\0") if path and is_let_through(path) and (ROOT / path).is_file()]


def _fits(path: str, pattern: str) -> bool:
    """A pattern fits a file, or a folder that the file is in; `**/` is any depth, none included."""
    parts = PurePosixPath(path).parts
    below = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    if pattern.startswith("**/"):
        return any(fnmatchcase(part, pattern.removeprefix("**/")) for part in parts)
    return any(fnmatchcase(folder, pattern) and folder.count("/") == pattern.count("/") for folder in below)
