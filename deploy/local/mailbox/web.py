"""The mailbox's pages and its JSON, on the standard library's own server."""

import json
import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

from deploy.local.mailbox import pages
from deploy.local.mailbox.mails import Mails

# A mail's own HTML is shown in a frame that may do nothing: no scripts, no forms, nothing from other hosts.
MAIL_POLICY = "; ".join(
    (
        "sandbox allow-popups",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "frame-ancestors 'self'",
    )
)
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'"

MESSAGE = re.compile(r"/api/messages/(\d+)")
SOURCE = re.compile(r"/mails/(\d+)/html")
ATTACHMENT = re.compile(r"/mails/(\d+)/attachments/(\d+)")
PAGE = re.compile(r"/mails/(\d+)")


class MailboxServer(ThreadingHTTPServer):
    """A server that knows its mails."""

    daemon_threads = True

    def __init__(self, mails: Mails, address: tuple[str, int]) -> None:
        self.mails = mails
        super().__init__(address, Handler)


def make_server(mails: Mails, address: tuple[str, int]) -> MailboxServer:
    """The pages about these mails at this address; `serve_forever()` serves them."""
    return MailboxServer(mails, address)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: MailboxServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Pages, a mail's HTML, attachments and JSON."""
        path = urlsplit(self.path).path
        mails = self.server.mails
        if path == "/":
            self._page(pages.mail_list(mails.all()))
        elif path == "/mailbox.css":
            self._answer(pages.STYLES.encode(), "text/css; charset=utf-8")
        elif path == "/healthz":
            self._answer(b"ok\n", "text/plain; charset=utf-8")
        elif path == "/api/messages":
            self._json([mail.as_json() for mail in mails.all()])
        else:
            self._about_one_mail(path)

    def do_POST(self) -> None:
        """The page's own button; a form can't say DELETE."""
        if urlsplit(self.path).path != "/clear" or not self._same_origin():
            self._missing()
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.mails.clear()
        self._answer(b"", "text/plain", HTTPStatus.SEE_OTHER, {"Location": "/"})

    def do_DELETE(self) -> None:
        """Throw all mails away."""
        if urlsplit(self.path).path != "/api/messages":
            self._missing()
            return
        self.server.mails.clear()
        self._answer(b"", "text/plain", HTTPStatus.NO_CONTENT)

    def _about_one_mail(self, path: str) -> None:
        for pattern, answer in (
            (MESSAGE, self._message),
            (SOURCE, self._source),
            (ATTACHMENT, self._attachment),
            (PAGE, self._mail_page),
        ):
            match = pattern.fullmatch(path)
            if match:
                answer(*match.groups())
                return
        self._missing()

    def _message(self, mail_id: str) -> None:
        mail = self.server.mails.get(mail_id)
        if mail is None:
            self._missing()
        else:
            self._json(mail.as_json())

    def _mail_page(self, mail_id: str) -> None:
        mail = self.server.mails.get(mail_id)
        if mail is None:
            self._missing()
        else:
            self._page(pages.mail_page(mail))

    def _source(self, mail_id: str) -> None:
        mail = self.server.mails.get(mail_id)
        if mail is None:
            self._missing()
        else:
            self._answer(mail.html.encode(), "text/html; charset=utf-8", policy=MAIL_POLICY)

    def _attachment(self, mail_id: str, position: str) -> None:
        mail = self.server.mails.get(mail_id)
        if mail is None or int(position) >= len(mail.attachments):
            self._missing()
            return
        attachment = mail.attachments[int(position)]
        disposition = f"attachment; filename*=UTF-8''{quote(attachment.name)}"
        self._answer(attachment.content, attachment.content_type, extra={"Content-Disposition": disposition})

    def _page(self, html: str) -> None:
        self._answer(html.encode(), "text/html; charset=utf-8")

    def _json(self, value: object) -> None:
        self._answer(json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def _missing(self) -> None:
        self.close_connection = True
        self._answer(b"There is nothing here.\n", "text/plain; charset=utf-8", HTTPStatus.NOT_FOUND)

    def _same_origin(self) -> bool:
        origin = self.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == self.headers.get("Host")

    def _answer(
        self,
        body: bytes,
        content_type: str,
        status: HTTPStatus = HTTPStatus.OK,
        extra: dict[str, str] | None = None,
        policy: str = PAGE_POLICY,
    ) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            **(extra or {}),
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the page asks often, and the mails are what counts."""
