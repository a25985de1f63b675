"""The SMTP dialogue in phases, so that it is known how far it came.

``SmtpServer.open`` goes up to the recipient: whatever happens there, nothing was sent. ``Delivery.hand_over``
hands the content over: that ends in acceptance, in a refusal, or in ``Lost``.
"""

from __future__ import annotations

import smtplib
import ssl
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

_TIMEOUT_SECONDS = 10.0
# For the server's answer to the end of the content, which it may first have looked at for viruses and spam.
_ANSWER_SECONDS = 60.0
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class ServerAway(Exception):
    """The server can't be reached, or doesn't talk as agreed. Nothing was sent."""


class Refused(Exception):
    """The server said no. Nothing was sent. ``is_permanent``: it will say so again."""

    def __init__(self, code: int) -> None:
        super().__init__(f"smtp_{code}")
        self.problem = f"smtp_{code}"
        self.is_permanent = 500 <= code <= 599


class Lost(Exception):
    """The connection was lost while the content was handed over: the server may have taken it."""


class SmtpServer:
    """Where mail goes out.

    ``uri`` is ``smtp://host:port`` (encrypted if the server can) or ``smtps://host:port``, and names user and
    password before the host if the server wants them.
    """

    def __init__(
        self, uri: str, *, timeout: float = _TIMEOUT_SECONDS, answer_timeout: float = _ANSWER_SECONDS
    ) -> None:
        parts = urlsplit(uri)
        if parts.scheme not in ("smtp", "smtps"):
            raise ValueError("a mail server's address begins with smtp:// or smtps://")
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (465 if self._is_tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout
        self._answer_timeout = answer_timeout

    def open(self, sender: str, recipient: str) -> Delivery:
        """A delivery for which the server has taken sender and recipient. Raises ServerAway or Refused."""
        connection = self._connect()
        try:
            self._greet(connection)
            # An address beyond ASCII needs a server that says that it can do that (RFC 6531).
            options = [] if recipient.isascii() else ["SMTPUTF8"]
            if options and not connection.has_extn("smtputf8"):
                raise Refused(553)
            _expect(connection.mail(sender, options), 250)
            _expect(connection.rcpt(recipient), 250, 251)
        except (OSError, smtplib.SMTPException) as error:
            connection.close()
            raise ServerAway(type(error).__name__) from error
        except Refused:
            connection.close()
            raise
        return Delivery(connection, self._answer_timeout)

    def _connect(self) -> smtplib.SMTP:
        try:
            if self._is_tls:
                return smtplib.SMTP_SSL(
                    self._host, self._port, timeout=self._timeout, context=ssl.create_default_context()
                )
            return smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(type(error).__name__) from error

    def _greet(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if not self._is_tls and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if self._user:
            if not isinstance(connection.sock, ssl.SSLSocket) and self._host not in _LOCAL_HOSTS:
                raise ServerAway("no_encryption_for_the_password")
            connection.login(self._user, self._password)


class Delivery:
    """One mail before the server, up to the recipient. A context manager that ends the connection."""

    def __init__(self, connection: smtplib.SMTP, answer_timeout: float) -> None:
        self._connection = connection
        self._answer_timeout = answer_timeout

    def hand_over(self, content: bytes) -> None:
        """Send the content and wait for the server's answer.

        Raises ServerAway or Refused when nothing was sent, Lost when there is no answer to the content.
        """
        try:
            _expect(self._connection.docmd("data"), 354)
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(type(error).__name__) from error
        try:
            if self._connection.sock is not None:
                self._connection.sock.settimeout(self._answer_timeout)
            self._connection.send(_stuffed(content))
            _expect(self._connection.getreply(), 250)
        except (OSError, smtplib.SMTPException) as error:
            self._connection.close()
            raise Lost(type(error).__name__) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._connection.quit()
        except (OSError, smtplib.SMTPException):
            self._connection.close()


def _expect(reply: tuple[int, bytes], *wanted: int) -> None:
    code, _ = reply
    if code not in wanted:
        # smtplib gives -1 for an answer that it can't read.
        if code < 400:
            raise smtplib.SMTPException(f"unexpected answer {code}")
        raise Refused(code)


def _stuffed(content: bytes) -> bytes:
    """The content as it goes over the wire (RFC 5321 section 4.5.2): CRLF, dots doubled, and the end mark."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"\r\n".join([*stuffed, b".", b""])
