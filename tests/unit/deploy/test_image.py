"""deploy/Dockerfile, read closely. Nothing is built here, so what can be wrong without building is looked at."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from deploy.local.programs import SERVICES
from tests.unit.deploy.compose import ROOT
from tests.unit.deploy.image import Instruction, context, is_let_through, stages

BUILD, FINAL = stages()
RUNTIME = ROOT / "requirements" / "runtime.txt"
# What is started in containers, beside the services: pages, and commands for operators.
MODULES = (
    *(f"services.{name}.service" for name in SERVICES),
    "services.gateway.app",
    "services.payments.sandbox.app",
    "services.auth.api_keys",
    "deploy.demo.__main__",
    "deploy.importer.__main__",
    "shared.messaging.deadletters",
    "shared.telemetry.check",
)


@pytest.fixture(scope="module")
def files() -> list[str]:
    """The files of the tree that end up in the image as they are."""
    folders = tuple(f"{copy.words[0]}/" for copy in from_tree(BUILD) if (ROOT / copy.words[0]).is_dir())
    return [path for path in context() if path.startswith(folders)]


def from_tree(stage: list[Instruction]) -> list[Instruction]:
    return [each for each in stage if each.name == "COPY" and not each.options]


def python_of(stage: list[Instruction]) -> tuple[int, int]:
    found = re.fullmatch(r"python:(\d+)\.(\d+)-slim-\w+", stage[0].words[0])
    assert found, "an image of Python, pinned to its minor version and its Debian"
    return int(found[1]), int(found[2])


def test_both_stages_have_the_same_python_and_it_is_one_that_portico_takes():
    assert python_of(BUILD) == python_of(FINAL)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert python_of(FINAL) >= tuple(int(part) for part in wanted.removeprefix(">=").split("."))


def test_what_is_copied_is_there_and_gets_through_to_the_build():
    for copy in from_tree(BUILD):
        source = copy.words[0]
        assert (ROOT / source).exists(), source
        assert any(path == source or path.startswith(f"{source}/") for path in context()), source


def test_the_image_holds_nothing_for_development_and_no_secret(files):
    assert not [
        path
        for path in context()
        if not path.startswith(("services/", "shared/", "deploy/", "requirements/"))
    ]
    assert not [path for path in files if path.startswith(("deploy/local/", "deploy/compose/"))]
    for path in (
        ".env",
        ".git/config",
        ".portico/secret",
        "deploy/compose/secrets/portico_secret",
        "tests/conftest.py",
    ):
        assert not is_let_through(path), path


def test_the_image_is_not_run_by_root_and_keeps_no_secret():
    (user,) = [each.words[0] for each in FINAL if each.name == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    made = next(each for each in FINAL if each.name == "RUN").words
    assert made[made.index("--uid") + 1] == user.partition(":")[0]
    assert made[made.index("groupadd") + 2] == user.partition(":")[2]
    assert not {each.name for each in (*BUILD, *FINAL)} & {"ARG", "ADD"}


def test_the_files_are_readable_whatever_the_umask_was_at_checkout():
    run = " ".join([each for each in BUILD if each.name == "RUN"][-1].words)
    assert run.endswith("&& chmod -R a+rX /opt/portico")


def test_every_package_is_pinned():
    """With --no-deps nothing else can come in."""
    install = " ".join(next(each for each in BUILD if each.name == "RUN").words)
    assert "--no-deps" in install
    assert "runtime.txt" in install
    for line in RUNTIME.read_text().splitlines():
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ;.*)?", line), line


def test_the_packages_are_enough(files):
    """Whatever the code imports comes with Python, with Portico, or with a pinned package."""
    pinned = {_plain(line.partition("==")[0]) for line in RUNTIME.read_text().splitlines()}
    brought_by = importlib.metadata.packages_distributions()
    for path in files:
        for module in _imported(path) - sys.stdlib_module_names - {"deploy", "services", "shared"}:
            assert pinned & {_plain(name) for name in brought_by.get(module, ())}, f"{path}: {module}"


def test_the_files_are_enough(files, tmp_path):
    """Everything that a container starts can be imported from the image's files alone."""
    for path in files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    program = f"import importlib\nfor name in {MODULES!r}: importlib.import_module(name)"
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", program],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def _imported(path: str) -> set[str]:
    """The first parts of the names of all modules that a file imports."""
    if not path.endswith(".py"):
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
