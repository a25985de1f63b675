"""docker-compose.yml fits the compose schema, and the code that it runs.

There is no Docker where these tests run: what they can't show is that the containers start.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pymongo.uri_parser import parse_uri

from deploy.local.programs import EVERYTHING, GATEWAY, SANDBOX, SERVICES, command
from shared.settings import Settings
from shared.webhooks import Secret
from tests.unit.deploy.compose import FILE, FOLDER, ROOT, load, memory_of, secrets_of, variables

EVERYWHERE = "0.0.0.0"  # noqa: S104 (in a container that is the network of the containers)
COMPOSE = load()
PARTS = COMPOSE["services"]
BACKING = ("rabbitmq", "mongodb", "mailpit")
PUBLISHED = {GATEWAY: "8000", SANDBOX: "8030", "mailpit": "8025"}
RUNNING = [name for name, part in PARTS.items() if not part.get("profiles")]
OUR_OWN = [name for name in PARTS if name not in BACKING]

each_program = pytest.mark.parametrize("name", EVERYTHING)
each_part = pytest.mark.parametrize("name", RUNNING)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory) -> Path:
    """A folder of secrets as `make compose-secrets` makes it."""
    folder = tmp_path_factory.mktemp("compose") / "secrets"
    make_secrets(folder)
    return folder


def make_secrets(folder: Path) -> str:
    done = subprocess.run(
        ["sh", str(FOLDER / "secrets.sh"), str(folder)], check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_file_fits_the_compose_schema():
    checker = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", str(FILE)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_every_program_is_there():
    assert set(RUNNING) == {*EVERYTHING, *BACKING}


@each_program
def test_programs_are_started_as_make_run_starts_them(name):
    on_this_machine = command(name, {"GATEWAY_PORT": PUBLISHED[GATEWAY]})
    in_a_container = [
        word.replace("127.0.0.1:", f"{EVERYWHERE}:").replace(sys.executable, "python")
        for word in on_this_machine
    ]
    assert PARTS[name]["command"] == in_a_container


@each_program
def test_what_programs_are_told_is_a_setting(name):
    told = {variable.lower() for variable in PARTS[name]["environment"]} - {"secrets_dir"}
    given = {Path(target).name for target in secrets_of(PARTS[name]).values()}
    assert told | given <= set(Settings.model_fields)


@each_program
def test_programs_start_with_what_they_are_told(name, secrets, tmp_path, monkeypatch):
    for variable in Settings.model_fields:
        monkeypatch.delenv(variable.upper(), raising=False)
    for variable, value in PARTS[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    for secret, target in secrets_of(PARTS[name]).items():
        assert Path(target).parent == Path(PARTS[name]["environment"]["SECRETS_DIR"])
        shutil.copy(secrets / secret, tmp_path / Path(target).name)

    settings = Settings(_secrets_dir=tmp_path)

    assert len(settings.secret) >= 32
    if name in SERVICES:
        assert settings.mongo_uri.get_secret_value() == (secrets / "mongo_uri").read_text().strip()
        assert settings.amqp_uri.get_secret_value() == (secrets / "amqp_uri").read_text().strip()


def test_addresses_lead_to_containers_that_listen_there(secrets):
    payments, sandbox = PARTS["payments"]["environment"], PARTS[SANDBOX]["environment"]
    asked, public = urlsplit(payments["SANDBOX_API_URL"]), urlsplit(sandbox["SANDBOX_URL"])
    assert (asked.hostname, f"{EVERYWHERE}:{asked.port}") == (SANDBOX, sandbox["SANDBOX_BIND"])
    assert set(PARTS["payments"]["networks"]) & set(PARTS[SANDBOX]["networks"])
    told = urlsplit(sandbox["SANDBOX_WEBHOOK_URL"])
    assert (told.hostname, str(told.port)) == (GATEWAY, PUBLISHED[GATEWAY])
    assert set(PARTS[GATEWAY]["networks"]) & set(PARTS[SANDBOX]["networks"])
    assert told.path == "/webhooks/sandbox"
    assert Secret.read((secrets / "sandbox_webhook_secret").read_text().strip())
    assert "sandbox_webhook_secret" in secrets_of(PARTS["payments"])
    assert str(public.port) == PUBLISHED[SANDBOX]
    assert urlsplit(PARTS[GATEWAY]["environment"]["PUBLIC_URL"]).port == int(PUBLISHED[GATEWAY])
    for secret, port in (("amqp_uri", 5672), ("mongo_uri", 27017), ("smtp_uri", 1025)):
        address = urlsplit((secrets / secret).read_text().strip())
        assert address.hostname in BACKING
        assert address.port == port


def test_only_what_people_look_at_is_published_and_on_this_machine_only():
    published = {name: PARTS[name]["ports"] for name in PARTS if "ports" in PARTS[name]}
    assert published == {name: [f"127.0.0.1:{port}:{port}"] for name, port in PUBLISHED.items()}


@pytest.mark.parametrize("name", SERVICES)
def test_services_can_be_scaled(name):
    assert not {"container_name", "hostname", "ports", "volumes"} & set(PARTS[name])


@each_part
def test_containers_are_guarded_and_looked_after(name):
    part = PARTS[name]
    assert part["restart"] == "unless-stopped"
    assert part["healthcheck"]["test"][0] == "CMD"
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory"} <= set(part["deploy"]["resources"]["limits"])


@pytest.mark.parametrize("name", OUR_OWN)
def test_our_own_containers_write_to_tmp_only(name):
    assert PARTS[name]["read_only"]
    assert PARTS[name]["tmpfs"] == ["/tmp"]
    assert "volumes" not in PARTS[name]


def test_all_of_ours_is_one_image_that_is_built_once():
    assert len({PARTS[name]["image"] for name in OUR_OWN}) == 1
    assert {name for name in PARTS if "build" in PARTS[name]} == set(OUR_OWN), "nobody may try to pull it"
    (build, *others) = [PARTS[name]["build"] for name in OUR_OWN]
    assert all(other == build for other in others)
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()


def test_images_of_others_are_pinned():
    for name in BACKING:
        _image, _, tag = PARTS[name]["image"].partition(":")
        assert re.match(r"v?\d+\.\d+", tag), name


def test_nobody_starts_before_what_it_needs():
    for name in SERVICES:
        assert set(PARTS[name]["depends_on"]) == {"rabbitmq", "mongodb"}
    assert set(PARTS[GATEWAY]["depends_on"]) == {"rabbitmq", *SERVICES}
    for part in PARTS.values():
        for needed in part.get("depends_on", {}).values():
            assert needed == {"condition": "service_healthy"}


def test_health_checks_ask_at_the_port_that_is_listened_on():
    for name in SERVICES:
        assert PARTS[name]["healthcheck"]["test"][1:] == ["python", "-m", "shared.telemetry.check", "ready"]
        assert PARTS[name]["environment"]["OPERATIONS_PORT"].isdigit()
    for name in (GATEWAY, SANDBOX):
        assert PARTS[name]["healthcheck"]["test"][-2:] == ["alive", PUBLISHED[name]]


def test_only_who_keeps_data_reaches_the_store():
    for name, part in PARTS.items():
        keeps_data = name in (*SERVICES, SANDBOX, "mongodb")
        assert ("data" in part["networks"]) is keeps_data, name
        assert ("mongo_uri" in secrets_of(part)) is (name in SERVICES), name
    assert all(COMPOSE["networks"][name]["internal"] for name in ("bus", "data", "operations"))


def test_the_sandbox_sees_its_own_database_only(secrets):
    assert secrets_of(PARTS[SANDBOX]) == {
        "sandbox_key": "/run/secrets/sandbox_key",
        "sandbox_webhook_secret": "/run/secrets/sandbox_webhook_secret",
        "sandbox_mongo_uri": "/run/secrets/mongo_uri",
    }
    users = {
        name: parse_uri((secrets / name).read_text().strip()) for name in ("mongo_uri", "sandbox_mongo_uri")
    }
    assert users["mongo_uri"]["nodelist"] == users["sandbox_mongo_uri"]["nodelist"]
    for uri, user, password in (
        ("mongo_uri", "portico", "mongodb_password"),
        ("sandbox_mongo_uri", SANDBOX, "mongodb_sandbox_password"),
    ):
        assert users[uri]["username"] == user
        assert users[uri]["password"] == (secrets / password).read_text().strip()
        assert f'create("{user}", "{password}", ' in (FOLDER / "mongodb-user.js").read_text()
        assert password in secrets_of(PARTS["mongodb"])


def test_what_measures_and_traces_reaches_all_that_it_looks_at():
    for name in (*SERVICES, GATEWAY):
        assert "operations" in PARTS[name]["networks"], name
        assert PARTS[name]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"] == ""


def test_every_secret_is_made_and_used(secrets):
    made = {file.name for file in secrets.iterdir()}
    used = {secret for part in PARTS.values() for secret in secrets_of(part)}
    assert used == set(COMPOSE["secrets"]) <= made
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"deploy/compose/secrets/{name}"}


def test_secrets_are_made_once_and_for_their_owner(secrets):
    before = {file.name: file.read_text() for file in secrets.iterdir()}
    assert make_secrets(secrets) == ""
    assert {file.name: file.read_text() for file in secrets.iterdir()} == before
    assert secrets.stat().st_mode & 0o777 == 0o700
    random = [text for name, text in before.items() if not name.endswith("_uri")]
    assert len(set(random)) == len(random)


def test_secrets_stay_out_of_the_repository():
    done = subprocess.run(
        ["git", "check-ignore", "--quiet", str(FOLDER / "secrets" / "portico_secret")], cwd=ROOT, check=False
    )
    assert done.returncode == 0


def test_what_is_mounted_is_there():
    for part in PARTS.values():
        for volume in part.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]


def test_what_is_mounted_is_readable_whatever_the_umask_was_at_checkout(tmp_path):
    mounted = [
        tmp_path / volume.partition(":")[0].removeprefix("./deploy/compose/")
        for part in PARTS.values()
        for volume in part.get("volumes", ())
        if volume.startswith("./deploy/compose/")
    ]
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("secrets"))
    for file in tmp_path.iterdir():
        file.chmod(0o600)
    subprocess.run(["sh", str(tmp_path / "secrets.sh")], check=True, capture_output=True)
    assert mounted
    for file in mounted:
        assert file.stat().st_mode & 0o444 == 0o444, file.name


def test_the_user_of_the_store_may_use_the_databases_of_all_services():
    script = (FOLDER / "mongodb-user.js").read_text()
    (listed,) = re.findall(r"databases = \[(.*?)\]", script)
    assert set(re.findall(r'"(\w+)"', listed)) == set(SERVICES)
    assert f"`{Settings.model_fields['database_prefix'].default}${{name}}`" in script


def test_the_replica_set_has_one_name(secrets):
    uri = parse_uri((secrets / "mongo_uri").read_text().strip())
    start, health = ((FOLDER / name).read_text() for name in ("mongodb.sh", "mongodb-health.js"))
    assert f"--replSet {uri['options']['replicaSet']} " in start
    assert f'_id: "{uri["options"]["replicaSet"]}"' in health
    (host,) = uri["nodelist"]
    assert f'host: "{host[0]}:{host[1]}"' in health
    assert PARTS["mongodb"]["hostname"] == host[0]


def test_broker_and_store_stay_within_their_memory():
    (cache,) = re.findall(r"--wiredTigerCacheSizeGB ([\d.]+)", (FOLDER / "mongodb.sh").read_text())
    (mark,) = re.findall(
        r"^vm_memory_high_watermark.absolute = (\d+)MB$", (FOLDER / "rabbitmq.conf").read_text(), re.MULTILINE
    )
    assert float(cache) * 1024**3 <= memory_of(PARTS["mongodb"]) / 2
    assert int(mark) * 1000**2 <= memory_of(PARTS["rabbitmq"]) * 0.6


def test_what_may_be_set_from_outside_is_named_on_top():
    head = FILE.read_text().partition("\nname:")[0]
    assert variables() == set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", head))
