"""The portal in a frame of another site, over HTTPS as such sites are: signing in there, and nowhere else."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from deploy.local.programs import GATEWAY, Program
from deploy.local.waiting import free_port, wait_until
from shared.contracts.customer_words import PortalSettings
from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, system
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.e2e.conftest import ANNA, NewPage, read_code
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite

_CONTEXT = Context(principal=system("tests"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost that it signs itself, in one file."""
    return _certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def https_url(portal: Suite, tmp_path: Path, certificate: Path) -> Iterator[str]:
    """The address of another gateway of the same portal, which speaks HTTPS itself."""
    port = free_port()
    url = f"https://localhost:{port}"
    tls = {"GUNICORN_CMD_ARGS": f"--certfile {certificate} --keyfile {certificate}"}
    env = {**portal.env, **tls, "GATEWAY_PORT": str(port), "PUBLIC_URL": url}
    gateway = Program(GATEWAY, env, tmp_path)
    gateway.start()

    def is_ready() -> bool:
        try:
            return requests.get(f"{url}/readyz", verify=str(certificate), timeout=5).ok
        except requests.ConnectionError:
            return False

    wait_until(is_ready, timeout=60, what="a gateway over HTTPS")
    yield url
    gateway.stop()


@pytest.fixture
def shop(portal: Suite, https_url: str, certificate: Path) -> Iterator[str]:
    """The address of another site, which the merchant lets frame the portal until the test is over."""
    page = f'<!doctype html><title>Shop</title><iframe src="{https_url}/login" width=900 height=700></iframe>'
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    # For browsers an address and a name are different sites, wherever they lead.
    server = make_server("127.0.0.1", 0, Response(page, mimetype="text/html"), ssl_context=tls)
    url = f"https://127.0.0.1:{server.server_port}"
    client = RpcClient(portal.settings["AMQP_URI"], CONTRACTS)
    serving = Thread(target=server.serve_forever)
    serving.start()
    _let_frame(client, url)

    def is_known() -> bool:
        answer = requests.get(f"{https_url}/login", verify=str(certificate), timeout=5)
        return url in answer.headers["Content-Security-Policy"]

    wait_until(is_known, timeout=10, what="the gateway's knowing of the shop")
    yield url
    _let_frame(client)
    client.close()
    server.shutdown()
    serving.join()
    server.server_close()


def test_signing_in_within_a_frame_of_another_site(
    https_url: str, shop: str, new_page: NewPage, mailbox: Mailbox
) -> None:
    page = new_page(base_url=https_url, ignore_https_errors=True)
    page.goto(shop)
    frame = page.frame_locator("iframe")
    invoices = frame.locator("nav.sections a[href='/invoices']")
    known = {mail["id"] for mail in mailbox.messages(ANNA)}
    frame.locator("#email").fill(ANNA)
    frame.locator("main button").first.click()
    frame.locator("#code").fill(read_code(mailbox, ANNA, known))
    frame.locator("main button").first.click()
    expect(invoices).to_be_visible()
    # A form is taken there, too.
    frame.get_by_role("button", name="Deutsch").click()
    expect(frame.locator("html")).to_have_attribute("lang", "de")

    # What the frame keeps is kept for the shop's pages: the portal's own window knows nothing of it.
    window = page.context.new_page()
    window.goto("/overview")
    expect(window).to_have_url(f"{https_url}/login?next=/overview")
    kept: Any = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert kept["__Host-framed-session"]["partitionKey"] == "https://127.0.0.1"
    page.goto(shop)
    expect(invoices).to_be_visible()


def _let_frame(client: RpcClient, *origins: str) -> None:
    merchant = client.call("customers", "get_merchant", _CONTEXT)
    settings = {name: merchant[name] for name in PortalSettings().fields if name in merchant}
    settings["frame_origins"] = list(origins)
    client.call("customers", "set_portal", _CONTEXT, **settings, version=merchant["version"], key=new_id())


def _certificate(directory: Path) -> Path:
    """A key and a certificate for localhost that it signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = directory / "localhost.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
