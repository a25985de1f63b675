import pytest
from pydantic import ValidationError

from shared.settings import load_settings

NEEDED = {"AMQP_URI": "amqp://u:geheim@h/", "MONGO_URI": "mongodb://h", "PORTICO_SECRET": "x" * 32}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def test_addresses_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://billing.example.com")
    settings = load_settings()
    assert settings.public_is_https
    assert settings.amqp_uri.get_secret_value() == NEEDED["AMQP_URI"]


def test_secrets_may_lie_in_files(monkeypatch, tmp_path):
    (tmp_path / "portico_secret").write_text("y" * 40 + "\n")
    monkeypatch.delenv("PORTICO_SECRET")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    assert load_settings().secret == b"y" * 40


def test_secrets_are_not_shown():
    assert "geheim" not in repr(load_settings())


def test_a_short_secret_is_refused(monkeypatch):
    monkeypatch.setenv("PORTICO_SECRET", "short")
    with pytest.raises(ValidationError):
        load_settings()
