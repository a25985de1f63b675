"""What payment providers are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

PROVIDER_NAMES = {"sandbox": _("Sandbox, for trying out")}
