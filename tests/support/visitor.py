"""A visitor without a browser: fills in the portal's forms over plain HTTP, quickly and many at once."""

import re
import secrets
from html.parser import HTMLParser

import requests

from shared.kernel.context import Context, system
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.mailbox import Mailbox

ADDRESS = {"line1": "1 Main Street", "postal_code": "10115", "city": "Berlin", "country": "DE"}
_CODE = re.compile(r"\b\d{4} ?\d{4}\b")


class Visitor:
    """One visitor of the portal at ``url``, with cookies of their own."""

    def __init__(self, url: str, email: str, *, timeout: float = 15) -> None:
        self.url = url
        self.email = email
        self._timeout = timeout
        self.http = requests.Session()
        # Not through a proxy that the environment may name: the address is this machine's own.
        self.http.trust_env = False
        self.http.headers["Accept-Language"] = "en"

    def sign_in(self, mailbox: Mailbox) -> None:
        """Go the way in: the address, the code in the mailbox, the overview."""
        known = {mail["id"] for mail in mailbox.messages(self.email)}
        self.ask_for_code()
        mail = mailbox.wait_for(
            lambda each: each["id"] not in known and bool(_CODE.search(each["text"])), to=self.email
        )
        found = _CODE.search(mail["text"])
        assert found is not None
        assert self.submit("/login/code", code=found.group()).status_code == 302

    def ask_for_code(self) -> None:
        """Go as far as the page where the code is entered."""
        assert self.submit("/login", email=self.email).status_code == 302

    def get(self, path: str) -> requests.Response:
        """A page; redirections are not followed."""
        return self.http.get(f"{self.url}{path}", timeout=self._timeout, allow_redirects=False)

    def submit(self, path: str, **changed: str) -> requests.Response:
        """Open the form at ``path``, change these fields and send it, to the same path."""
        return self.post(path, self.form(path) | changed)

    def form(self, path: str) -> dict[str, str]:
        """The fields of the form at ``path`` as they stand there."""
        page = self.get(path)
        assert page.status_code == 200, f"{path}: {page.status_code}"
        fields = _Fields()
        fields.feed(page.text[page.text.index("<main") :])
        return fields.values

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        """Send a form."""
        return self.http.post(f"{self.url}{path}", data=fields, timeout=self._timeout, allow_redirects=False)


class _Fields(HTMLParser):
    """Collects the fields of all forms that it is fed."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in ("checkbox", "radio", "submit"):
            self.values[name] = given.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = given.get("value") or ""


def new_customer(client: RpcClient, email: str = "", created_at: str = "2026-01-01T00:00:00+00:00") -> str:
    """A customer with one bill group and an address that nobody else has; the address."""
    name = secrets.token_hex(6)
    email = email or f"{name}@example.com"
    contact = {"name": "Ada", "company": "", "email": email, "phone": "", "address": ADDRESS}
    bill_group = {
        "bill_group": f"bg-{name}",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "contacts": {"billing": contact, "shipping": None},
    }
    client.customers.import_customer(
        Context(principal=system("tests")),
        customer=f"cust-{name}",
        created_at=created_at,
        name="Ada",
        access="on",
        bill_groups=[bill_group],
        key=new_id(),
    )
    return email
