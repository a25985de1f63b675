"""The mailbox as tests see it: the mail catcher's own process, read through its JSON pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from deploy.local.mailbox import process as mailbox_process
from deploy.local.waiting import free_port, wait_until

Mail = dict[str, Any]


class Mailbox:
    """A mail catcher of its own. Mails are dicts (id, to, subject, text, html, headers …), newest first."""

    def __init__(self, directory: Path) -> None:
        self.smtp_port = free_port()
        self.port = free_port()
        self.smtp_uri = f"smtp://127.0.0.1:{self.smtp_port}"
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = mailbox_process(directory, smtp_port=self.smtp_port, port=self.port)

    def start(self) -> None:
        """Start the process and return when it takes mail."""
        self._process.start()
        wait_until(self._is_ready, timeout=30, what="The mailbox")

    def stop(self) -> None:
        """End the process; its mails stay on disk."""
        self._process.stop()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def messages(self, to: str | None = None) -> list[Mail]:
        """The mails caught so far, newest first; `to` keeps those to this address."""
        answer = requests.get(f"{self.url}/api/messages", timeout=10)
        answer.raise_for_status()
        mails: list[Mail] = answer.json()
        return [mail for mail in mails if to is None or to.lower() in [each.lower() for each in mail["to"]]]

    def wait_for(
        self,
        predicate: Callable[[Mail], bool] = lambda _mail: True,
        *,
        to: str | None = None,
        timeout: float = 15,
    ) -> Mail:
        """The newest mail (to this address) that `predicate` says yes to, as soon as there is one."""

        def found() -> Mail | None:
            return next(filter(predicate, self.messages(to)), None)

        mail = wait_until(found, timeout=timeout, what=f"a mail to {to or 'anybody'}")
        assert mail is not None
        return mail

    def clear(self) -> None:
        """Throw all mails away."""
        requests.delete(f"{self.url}/api/messages", timeout=10).raise_for_status()

    def _is_ready(self) -> bool:
        if not self._process.running:
            raise RuntimeError(f"The mailbox did not start:\n{self._process.last_lines()}")
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.ConnectionError:
            return False
