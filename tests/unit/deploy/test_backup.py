"""Saving and restoring a state folder: what goes in, what comes out, and what is refused."""

import fcntl
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.local.backup import BackupError, restore, save
from tests.unit.deploy.compose import ROOT


@pytest.fixture
def state(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    for path in ("secret", "store/data/t.wt", "broker/home/.erlang.cookie", "broker/pid", "logs/auth.log"):
        (state / path).parent.mkdir(parents=True, exist_ok=True)
        (state / path).write_text(path)
    (state / "secret").chmod(0o600)
    (state / "broker/home/.erlang.cookie").chmod(0o400)
    state.chmod(0o700)
    return state


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_is_saved_comes_back_as_it_was(state, tmp_path):
    save(state, tmp_path / "b.tar.gz")
    again = tmp_path / "elsewhere" / "state"
    restore(tmp_path / "b.tar.gz", again)

    assert files_of(again) == {"secret", "store/data/t.wt", "broker/home/.erlang.cookie"}
    for path in files_of(again):
        assert (again / path).read_text() == path
        assert (again / path).stat().st_mode == (state / path).stat().st_mode
    assert again.stat().st_mode & 0o777 == 0o700


def test_a_backup_is_for_its_owner_only(state, tmp_path):
    save(state, tmp_path / "b.tar.gz")
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    assert files_of(tmp_path) - {f"state/{path}" for path in files_of(state)} == {"b.tar.gz"}


def test_nothing_is_saved_while_it_runs(state, tmp_path):
    with (state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="Stop it first"):
            save(state, tmp_path / "b.tar.gz")
    assert not (tmp_path / "b.tar.gz").exists()


def test_nothing_is_overwritten(state, tmp_path):
    save(state, tmp_path / "b.tar.gz")
    with pytest.raises(BackupError, match="already"):
        save(state, tmp_path / "b.tar.gz")
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "b.tar.gz", state)


def test_only_backups_are_restored(tmp_path):
    (tmp_path / "other").write_text("no archive")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "other", "./other")
    for file in ("other", "other.tar.gz", "nothing"):
        with pytest.raises(BackupError, match="no back-up"):
            restore(tmp_path / file, tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_the_command_says_what_is_wrong(tmp_path):
    command = [sys.executable, "-m", "deploy.local.backup", "save", str(tmp_path / "b.tar.gz")]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PORTICO_STATE": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (1, f"{tmp_path} holds no state of Portico.\n")
