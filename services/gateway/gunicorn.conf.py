# ruff: noqa: N999 (gunicorn's own name for this file)
"""How gunicorn runs the gateway.

gunicorn -c services/gateway/gunicorn.conf.py 'services.gateway.app:create_app()'
"""

from shared.logging import configure
from shared.settings import load_settings
from shared.telemetry import traces

bind = "127.0.0.1:8000"
# One process with threads: the RPC client is shared by all of them, and pages wait more than they reckon.
worker_class = "gthread"
workers = 1
threads = 16
timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 0
# Signals are all the control that it needs; a socket would want a place to write in a read-only container.
control_socket_disable = True
# Settings come from the environment only, and the proxy in front is the one that the application trusts.
forwarded_allow_ips = ""


def post_fork(_server, _worker):  # type: ignore[no-untyped-def]
    settings = load_settings()
    configure(settings.log_level, "gateway")
    traces.configure(settings.otel_exporter_otlp_endpoint, "gateway")


def worker_exit(_server, _worker):  # type: ignore[no-untyped-def]
    traces.finish()
