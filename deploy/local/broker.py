"""A RabbitMQ server of our own: a private node beside whatever broker the machine may already run.

Everything private: node name, ports, data, logs, cookie, user and even Erlang's port mapper (epmd), which
would otherwise stay behind as a daemon. All of it listens on 127.0.0.1 only.
"""

import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import amqp
from amqp.exceptions import AMQPError

from deploy.local.process import Process
from deploy.local.waiting import NotInTimeError, free_port, is_listening, wait_until

USER = "portico"

# Debian's own command on the path insists on the user rabbitmq; the server's script behind it doesn't.
SCRIPTS = (
    "usr/lib/rabbitmq/bin/rabbitmq-server",
    "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server",
    "opt/rabbitmq/sbin/rabbitmq-server",
)

CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
default_user = {user}
default_pass = {password}
log.file.level = warning
log.console = false
# On a shared machine 40 % of its memory is not ours to take, and a nearly full disk must not stop the queues.
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
# Nobody consumes for half an hour without acknowledging, except in a debugger.
consumer_timeout = 1800000
"""

# Idle schedulers spin by default; on two cores that time belongs to the services.
ERLANG_ARGUMENTS = (
    "+sbwt none +sbwtdcpu none +sbwtdio none +S 2:2 -start_epmd false"
    " -kernel inet_dist_use_interface {127,0,0,1}"
)


class BrokerError(RuntimeError):
    """The broker is not installed, or does not start."""


def find_server() -> Path | None:
    """The script that starts RabbitMQ, or None when it isn't installed."""
    for pattern in SCRIPTS:
        for script in sorted(Path("/").glob(pattern), reverse=True):
            return script
    on_path = shutil.which("rabbitmq-server")
    return Path(on_path) if on_path else None


class Broker:
    """A private RabbitMQ node with its files below `directory`.

    `port` is where it listens (any free one when None), `log` the file for what the server prints (its
    own log lies in the directory `log` below `directory`). After `start()` it answers at `uri`; `kill()` is a
    power failure of the node, after which `start()` finds its data again. A second object for the same
    directory and port may use what the first has started (`uri`, virtual hosts), from another process too.
    """

    def __init__(self, directory: Path, port: int | None = None, *, log: Path | None = None) -> None:
        self.directory = directory.absolute()
        self.port = port or free_port()
        self.log = log or self.directory / "server.log"
        self.password = self._remembered("password")
        self.node = f"portico-{self._remembered('node')[:12]}@localhost"
        self._cookie_home().mkdir(exist_ok=True)
        cookie = self._cookie_home() / ".erlang.cookie"
        if not cookie.exists():
            _write_private(cookie, secrets.token_hex(16), mode=0o400)
        self._epmd: Process | None = None
        self._server: Process | None = None

    @property
    def uri(self) -> str:
        """Where the broker's first virtual host answers."""
        return self.uri_of("/")

    def uri_of(self, vhost: str) -> str:
        """Where this virtual host answers."""
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    @property
    def pid(self) -> int | None:
        """The node's process id while it runs."""
        return self._server.pid if self._server else None

    @property
    def running(self) -> bool:
        """Whether the node's process is there."""
        return self.pid is not None

    @property
    def process(self) -> Process:
        """The node's process; there is one from the first start on."""
        if self._server is None:
            raise BrokerError("RabbitMQ was never started")
        return self._server

    def launch(self) -> None:
        """Start the node without waiting for it."""
        script = find_server()
        if script is None:
            raise BrokerError(
                "RabbitMQ is not installed (Debian and Ubuntu: apt-get install rabbitmq-server)"
            )
        configuration = CONFIGURATION.format(port=self.port, user=USER, password=self.password)
        _write_private(self.directory / "rabbitmq.conf", configuration)
        (self.directory / "enabled_plugins").write_text("[].\n")
        epmd_port = free_port()
        (self.directory / "epmd.port").write_text(str(epmd_port))
        env = self._environment(epmd_port)
        self._epmd = Process(
            "epmd", ["epmd", "-port", str(epmd_port)], env=env, log=self.directory / "epmd.log"
        )
        self._epmd.start()
        wait_until(lambda: is_listening(epmd_port), timeout=10, what="Erlang's port mapper (epmd)")
        self._server = Process("broker", [str(script)], env=env, log=self.log, cwd=self.directory)
        self._server.start()

    def is_ready(self) -> bool:
        """Whether a client gets a connection and a channel now; BrokerError when the node has died."""
        if not self.process.running:
            raise BrokerError(f"RabbitMQ did not start:\n{self.process.last_lines()}")
        try:
            with amqp.Connection(
                f"127.0.0.1:{self.port}", userid=USER, password=self.password, connect_timeout=2
            ) as connection:
                connection.channel().close()
        except (OSError, AMQPError):
            return False
        return True

    def start(self, timeout: float = 60) -> None:
        """Start the node and return when clients can connect."""
        if self.running:
            return
        self.launch()
        try:
            wait_until(self.is_ready, timeout=timeout, what="RabbitMQ")
        except (NotInTimeError, BrokerError):
            self.kill()
            raise

    def stop(self, timeout: float = 20) -> None:
        """Shut the node down in good order; durable queues and persistent messages stay."""
        for process in (self._server, self._epmd):
            if process is not None:
                process.stop(timeout)

    def kill(self) -> None:
        """End the node as a power failure would."""
        for process in (self._server, self._epmd):
            if process is not None:
                process.kill()

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.stop()
        self.start()

    def evaluate(self, expressions: str) -> str:
        """Evaluate Erlang expressions in the node and return what the last one came to, as Erlang prints it.

        A bare Erlang does this in a fifth of a second; rabbitmqctl takes two.
        """
        program = (
            f"{{ok, Tokens, _}} = erl_scan:string({json.dumps(expressions + '.')}),"
            "{ok, Parsed} = erl_parse:parse_exprs(Tokens),"
            f"{{value, Value, _}} = rpc:call('{self.node}', erl_eval, exprs, [Parsed, []], 30000),"
            'io:format("~p", [Value]), halt().'
        )
        caller = f"portico-{secrets.token_hex(6)}@localhost"
        done = subprocess.run(
            ["erl", "-noinput", "-hidden", "-start_epmd", "false", "-sname", caller, "-eval", program],
            env=self._erlang_environment(int((self.directory / "epmd.port").read_text())),
            capture_output=True,
            text=True,
            timeout=40,
            check=False,
        )
        if done.returncode != 0:
            raise BrokerError(f"{expressions}: {done.stdout}{done.stderr}")
        return done.stdout

    def _erlang_environment(self, epmd_port: int) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        return kept | {
            "HOME": str(self._cookie_home()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(epmd_port),
        }

    def _environment(self, epmd_port: int) -> dict[str, str]:
        at = self.directory
        return self._erlang_environment(epmd_port) | {
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONF_ENV_FILE": str(at / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(at / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(at / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(at / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(at / "generated"),
            "RABBITMQ_LOG_BASE": str(at / "log"),
            # Below its working directory: queues remember their path, and would be lost after a move otherwise.
            "RABBITMQ_MNESIA_BASE": "data",
            "RABBITMQ_PID_FILE": str(at / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGUMENTS,
            # So told, the script turns into the Erlang machine instead of staying in front of it: one process
            # to signal, and one that dies with us.
            "RUNNING_UNDER_SYSTEMD": "1",
        }

    def _cookie_home(self) -> Path:
        return self.directory / "home"

    def _remembered(self, name: str) -> str:
        """A random word that stays the same over restarts."""
        self.directory.mkdir(parents=True, exist_ok=True)
        file = self.directory / name
        if not file.exists():
            _write_private(file, secrets.token_hex(16))
        return file.read_text()


def _write_private(file: Path, text: str, mode: int = 0o600) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
        out.write(text)
