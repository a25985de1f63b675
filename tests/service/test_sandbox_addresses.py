"""The sandbox provider has two addresses where browsers and services reach it on different ways."""

from deploy.local.waiting import free_port
from services.payments.providers.sandbox import SandboxProvider
from shared.kernel.ids import new_id
from shared.settings import Settings


def test_payments_asks_at_one_address_and_browsers_are_sent_to_the_other(suite):
    port = free_port()
    running = suite(
        "sandbox",
        env={
            "SANDBOX_URL": "https://bank.example",
            "SANDBOX_API_URL": f"http://127.0.0.1:{port}",
            "SANDBOX_BIND": f"0.0.0.0:{port}",
        },
    )
    told = {name.lower(): value for name, value in running.settings.items()}
    settings = Settings.model_validate(told)
    provider = SandboxProvider(settings.sandbox_api, settings.sandbox_key.get_secret_value())

    setup = provider.create_setup(
        reference="setup-1", return_url=f"{running.url}/payment-methods", language="en", key=new_id()
    )

    assert setup.url.startswith("https://bank.example/")
    assert provider.fetch_setup(setup.id) == setup


def test_one_address_is_enough_where_both_reach_it_alike():
    settings = Settings(
        amqp_uri="amqp://", mongo_uri="mongodb://", portico_secret="x" * 32, sandbox_url="http://127.0.0.1:1"
    )
    assert settings.sandbox_api == "http://127.0.0.1:1"
