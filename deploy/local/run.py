"""Runs the whole suite on this machine until ctrl-c: the program behind `make run`.

    python -m deploy.local.run

Its state lies in .portico/ of the working tree (PORTICO_STATE names another place) and stays.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from deploy.importer.api import ApiError
from deploy.local import api_key, owner_link, parts
from deploy.local.packages import PackageError, ensure
from deploy.local.parts import BROKER
from deploy.local.process import tied_command
from deploy.local.programs import EVERYTHING, ROOT, Program
from deploy.local.settings import PORTS, LocalSettings, SettingsError, load_settings
from deploy.local.supervisor import HopelessError, Startable, Supervisor
from deploy.local.waiting import NotInTimeError, is_listening

START_TIMEOUT = 120


class StartError(RuntimeError):
    """The suite can't run; the text says why and what to do."""


class StopRequestedError(Exception):
    """Somebody has pressed ctrl-c, or sent SIGTERM."""


class Console:
    """Says what goes on, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """One plain line, or a few."""
        print(f"[{time.monotonic() - self._began:5.1f} s] {text}", flush=True)


class LocalSuite:
    """All parts and programs of the suite on one machine."""

    def __init__(self, settings: LocalSettings, console: Console) -> None:
        self._settings = settings
        self._say = console.say
        self._supervisor = Supervisor(console.say)
        self._parts: list[Startable] = []
        self._programs: list[Program] = []
        self._env: dict[str, str] = {}

    def start(self) -> None:
        """Start everything; return when the portal answers with all services behind it."""
        settings = self._settings
        backing = parts.make(settings)
        self._parts = backing.own
        if self._parts:
            self._say(f"starting {_listed([part.name for part in self._parts])}")
        self._supervisor.start(self._parts)
        # The broker takes longest. Whatever comes up without it does so meanwhile.
        broker = [part for part in self._parts if part.name == BROKER]
        quick = [part for part in self._parts if part.name != BROKER]
        self._supervisor.wait_until_ready(quick, START_TIMEOUT)
        self._env = settings.service_environment(backing.amqp_uri, backing.mongo_uri)
        self._programs = [Program(name, self._env, settings.logs) for name in EVERYTHING]
        self._say(f"starting {_listed([program.name for program in self._programs])}")
        self._supervisor.start(self._programs)
        self._supervisor.wait_until_ready([*broker, *self._programs], START_TIMEOUT)
        if self._has_api_key():
            self._load_demo()

    def run(self) -> None:
        """Look after everything until somebody asks to stop."""
        while True:
            self._supervisor.look_after()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything, the services before what they stand on."""
        if self._programs:
            self._say("stopping the services")
            self._supervisor.stop(self._programs)
        if self._parts:
            self._say(f"stopping {_listed([part.name for part in self._parts])}")
            self._supervisor.stop(self._parts, timeout=20)
        self._say("stopped; the data stay for the next start")

    def print_addresses(self) -> None:
        """Tell where everything is and who may sign in."""
        settings = self._settings
        lines = [
            "",
            "Portico is ready.",
            "",
            f"  Portal        {settings.url('GATEWAY_PORT')}/",
            f"  Admin pages   {settings.url('GATEWAY_PORT')}/admin",
            *self._owner_link(),
            f"  Mailbox       {settings.url('MAILBOX_PORT')}/   (codes and links arrive here)",
            f"  Sandbox bank  {settings.url('SANDBOX_PORT')}/",
            f"  API           {settings.url('GATEWAY_PORT')}/api/docs",
            f"  API key       {settings.api_key}   (opens everything)",
            f"  Logs          {settings.logs}",
            "",
        ]
        print("\n".join(lines), flush=True)
        if _has_demo():
            command = [sys.executable, "-m", "deploy.demo", "--signins"]
            subprocess.run(command, env=self._env, cwd=ROOT, check=False)
        print("Press ctrl-c to stop.\n", flush=True)

    def _owner_link(self) -> list[str]:
        """What to tell of how the first owner comes in, as long as there is none."""
        try:
            link = owner_link.make(self._env)
        except owner_link.LinkNotMadeError as error:
            self._say(f"there is no link for the first owner: {error}; the next start tries again")
            return []
        return [f"  First owner   {link}   (good once, for 24 hours)"] if link else []

    def _has_api_key(self) -> bool:
        try:
            api_key.ensure(self._settings.api_key, self._settings.url("GATEWAY_PORT"), self._env)
        except (ApiError, api_key.KeyNotMadeError) as error:
            self._say(f"there is no API key: {error}; the next start tries again")
            return False
        return True

    def _load_demo(self) -> None:
        loaded = self._settings.state / "demo-loaded"
        if loaded.exists() or not _has_demo():
            return
        self._say("loading the demo data (on the first start only)")
        url, key_file = self._settings.url("GATEWAY_PORT"), str(self._settings.api_key)
        command = [sys.executable, "-m", "deploy.demo", "--url", url, "--key-file", key_file]
        # A key that the environment may have is one for another Portico.
        env = {name: value for name, value in self._env.items() if name != "PORTICO_API_KEY"}
        demo = subprocess.Popen(tied_command(command), env=env, cwd=ROOT)
        try:
            while demo.poll() is None:
                self._supervisor.look_after()
                time.sleep(0.1)
        finally:
            demo.terminate()
        if demo.wait() == 0:
            loaded.touch()
            self._say("the demo data are loaded")
        else:
            self._say("the demo data could not be loaded; the next start tries again")


def check_ports(settings: LocalSettings) -> None:
    """StartError names the ports that somebody else listens on, and how to choose others."""
    taken = [name for name in settings.listening() if is_listening(settings.ports[name])]
    if taken:
        lines = [
            f"Port {settings.ports[name]} of this machine is taken; it is meant for {PORTS[name][1]}."
            f" Choose another:  {name}={settings.ports[name] + 1000} make run"
            for name in taken
        ]
        raise StartError("\n".join(lines))


def lock_state(state: Path) -> int:
    """Make sure that this state directory is used once at a time; the lock lasts as long as this process."""
    lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StartError(f"Portico is running already with the state in {state}.") from None
    return lock


def _has_demo() -> bool:
    return (ROOT / "deploy" / "demo" / "__main__.py").exists()


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    # Stopping takes its time; being impatient must not leave half of it behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise StopRequestedError


def main() -> None:
    """Run until asked to stop; exit status 1 with a plain message when that is not possible."""
    console = Console()
    try:
        settings = load_settings()
        lock_state(settings.state)
        if settings.amqp_uri is None:
            ensure("broker")
        check_ports(settings)
    except (PackageError, SettingsError, StartError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("set-up: stopped; the next start goes on with it")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _request_stop)
    suite = LocalSuite(settings, console)
    failure: Exception | None = None
    try:
        suite.start()
        suite.print_addresses()
        suite.run()
    except StopRequestedError:
        print(flush=True)
    except (NotInTimeError, HopelessError, StartError, parts.PartError) as error:
        failure = error
    finally:
        with suppress(StopRequestedError):
            suite.stop()
    if failure is not None:
        sys.exit(f"Portico could not be started: {failure}")


if __name__ == "__main__":
    main()
