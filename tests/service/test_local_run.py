"""The supervisor: it starts again what dies, gives up on what can't run, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.parts import ProcessPart
from deploy.local.process import Process
from deploy.local.settings import PORTS, SettingsError, load_settings
from deploy.local.supervisor import HopelessError, Supervisor
from deploy.local.waiting import NotInTimeError, free_port, is_listening, wait_until
from tests.support.processes import processes_mentioning

ROOT = Path(__file__).resolve().parents[2]

Make = Callable[[str], ProcessPart]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def make_part(tmp_path: Path) -> Iterator[Make]:
    """Makes a part out of a line of shell; it is ready when the shell has made the file `ready`."""
    parts: list[ProcessPart] = []

    def make(line: str) -> ProcessPart:
        log = tmp_path / f"part-{len(parts)}.log"
        process = Process(f"part-{len(parts)}", ["sh", "-c", line], log=log, cwd=tmp_path)
        parts.append(ProcessPart(process, (tmp_path / "ready").exists))
        return parts[-1]

    yield make
    for part in parts:
        part.process.kill()


def test_what_dies_is_started_again_after_a_growing_pause(make_part: Make) -> None:
    said: list[str] = []
    clock = Clock()
    supervisor = Supervisor(said.append, clock=clock)
    part = make_part("touch ready; exec sleep 600")
    supervisor.start([part])
    supervisor.wait_until_ready([part], timeout=10)
    pids = set()

    for pause in (0.5, 1.0, 2.0):
        pids.add(part.process.pid)
        part.process.kill()
        supervisor.look_after()
        clock.now += pause - 0.01
        supervisor.look_after()
        assert not part.process.running
        clock.now += 0.02
        supervisor.look_after()
        assert part.process.running

    assert len(pids) == 3
    assert [line.split(". ")[0] for line in said if "died" in line] == [
        "part-0 has died (status -9); it is started again in 0.5 s",
        "part-0 has died (status -9); it is started again in 1 s",
        "part-0 has died (status -9); it is started again in 2 s",
    ]


def test_a_program_that_never_comes_up_is_given_up_with_its_last_words(make_part: Make) -> None:
    supervisor = Supervisor(lambda _text: None)
    part = make_part("echo the database is on fire; exit 3")
    supervisor.start([part])

    with pytest.raises(HopelessError, match=r"status 3[\s\S]*the database is on fire"):
        supervisor.wait_until_ready([part], timeout=60)


def test_stopping_ends_the_polite_and_the_stubborn_with_all_their_children(make_part: Make) -> None:
    supervisor = Supervisor(lambda _text: None)
    polite = make_part("touch ready; sleep 601")
    stubborn = make_part("trap '' TERM; sleep 602 & wait; wait; sleep 602")
    supervisor.start([polite, stubborn])
    supervisor.wait_until_ready([polite, stubborn], timeout=10)
    wait_until(lambda: processes_mentioning("sleep\x00602"), timeout=10, what="the stubborn one's child")

    supervisor.stop([polite, stubborn], timeout=0.2)

    assert polite.process.exit_status == -signal.SIGTERM
    assert stubborn.process.exit_status == -signal.SIGKILL
    assert wait_until(
        lambda: not processes_mentioning("sleep\x00601") + processes_mentioning("sleep\x00602"),
        timeout=10,
        what="the end of the children",
    )


def test_a_child_dies_with_a_killed_starter(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from deploy.local.process import Process;"
        "p = Process('child', ['sleep', '603'], log=Path(sys.argv[1])); p.start(); print(p.pid, flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline())
        assert wait_until(
            lambda: child in processes_mentioning("sleep\x00603"), timeout=10, what="the child's start"
        )
        starter.kill()

    assert wait_until(lambda: child not in processes_mentioning("sleep"), timeout=10, what="the child's end")


@pytest.fixture
def run_env(tmp_path: Path) -> dict[str, str]:
    """Settings for a run of its own beside whatever runs on this machine."""
    given = {name: value for name, value in os.environ.items() if name not in ("AMQP_URI", "MONGO_URI")}
    return {**given, **{name: str(free_port()) for name in PORTS}, "PORTICO_STATE": str(tmp_path / "state")}


def start_run(env: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.local.run"],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_however_the_run_ends(run_env: dict[str, str], number: signal.Signals) -> None:
    with start_run(run_env) as run:
        store_port = int(run_env["STORE_PORT"])
        wait_until(lambda: is_listening(store_port), timeout=60, what="the store of the run")
        run.send_signal(number)
        output, _none = run.communicate(timeout=60)

    assert run.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 0), output
    state = run_env["PORTICO_STATE"]
    assert wait_until(lambda: not processes_mentioning(state), timeout=20, what="the end of all processes")
    if number != signal.SIGKILL:
        assert "the data stay for the next start" in output


def test_a_taken_port_is_named_with_the_way_out(run_env: dict[str, str]) -> None:
    with start_run(run_env) as first:
        wait_until(lambda: is_listening(int(run_env["STORE_PORT"])), timeout=60, what="the first run's store")
        second_env = {**run_env, "PORTICO_STATE": run_env["PORTICO_STATE"] + "-2"}
        with start_run(second_env) as second:
            output, _none = second.communicate(timeout=60)
        with start_run(run_env) as third:
            same_state, _none = third.communicate(timeout=60)
        first.terminate()
        first.communicate(timeout=60)

    assert second.returncode == 1
    assert f"Port {run_env['STORE_PORT']} of this machine is taken; it is meant for the store." in output
    assert "STORE_PORT=" in output
    assert third.returncode == 1
    assert "is running already" in same_state


def test_secrets_are_made_once_and_for_their_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTICO_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("PORTICO_SECRET", raising=False)

    first, second = load_settings(), load_settings()

    assert first.secret == second.secret
    assert len(bytes.fromhex(first.secret)) == 32
    assert (tmp_path / "state" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_a_port_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_STATE", str(tmp_path))
    monkeypatch.setenv("GATEWAY_PORT", "80a")

    with pytest.raises(SettingsError, match="GATEWAY_PORT=80a"):
        load_settings()


def test_people_are_told_what_is_waited_for(make_part: Make) -> None:
    said: list[str] = []
    clock = Clock()
    part = make_part("exec sleep 600")
    part.waits_for = "the moon"

    def later() -> float:
        clock.now += 4
        return clock.now

    supervisor = Supervisor(said.append, clock=later)
    supervisor.start([part])
    with pytest.raises(NotInTimeError, match=r"part-0 \(the moon\)"):
        supervisor.wait_until_ready([part], timeout=0.5)

    assert "still waiting for part-0 (the moon)" in said
