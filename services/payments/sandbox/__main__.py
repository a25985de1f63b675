"""Starts the sandbox provider: ``python -m services.payments.sandbox``.

It listens at the address of ``SANDBOX_URL``, or where ``SANDBOX_BIND`` says.
"""

from __future__ import annotations

from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from gunicorn.app.base import BaseApplication

from services.payments.sandbox.app import create_app
from services.payments.sandbox.sending import Sender
from shared.settings import Settings, load_settings
from shared.storage import connect


class SandboxServer(BaseApplication):
    """One worker process with threads. The address of a page is a secret, so requests are not logged."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self._settings.sandbox_bind or _address_of(self._settings.sandbox_url))
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 8)
        self.cfg.set("graceful_timeout", 5)
        self.cfg.set("loglevel", self._settings.log_level.lower())
        self.cfg.set("proc_name", "portico-sandbox")
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("post_worker_init", self._begin)

    def load(self) -> Flask:
        # Here and not before: this runs in the worker, and a database client does not survive a fork.
        return create_app(self._settings, connect(self._settings.mongo_uri.get_secret_value()))

    def _begin(self, worker: Any) -> None:
        sender: Sender | None = worker.wsgi.extensions["sandbox_sender"]
        if sender:
            Thread(target=sender.run, name="webhooks", daemon=True).start()
        if self._settings.ready_file:
            self._settings.ready_file.write_text(f"{worker.pid}\n")


def _address_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


if __name__ == "__main__":
    SandboxServer(load_settings()).run()
