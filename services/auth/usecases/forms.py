"""Keeping forms across a sign-in.

Who sends a form after their session has ended is to lose nothing: the form waits for them here, unreadable to
whoever reads the store, and comes back only in the same browser, signed in to the same bill group.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from services.auth.domain import limits
from services.auth.domain.forms import KEPT_FOR, KeptForm
from services.auth.repository import Counters, KeptForms, Sessions
from services.auth.secrecy import Secrecy
from shared.kernel.clock import Clock
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.ids import new_handle


class FormKeeping:
    """Where forms wait."""

    def __init__(
        self, forms: KeptForms, sessions: Sessions, counters: Counters, secrecy: Secrecy, clock: Clock
    ) -> None:
        self._forms = forms
        self._sessions = sessions
        self._counters = counters
        self._secrecy = secrecy
        self._clock = clock

    def keep_form(
        self, *, token: str, browser: str, path: str, fields: Sequence[dict[str, str]]
    ) -> dict[str, Any]:
        """Keep a form for the bill group of the session that ``token`` opened.

        Raises DomainError ``no_session`` where there was none, and ``too_many_requests``.
        """
        now = self._clock.now()
        session = self._sessions.find(self._secrecy.session_handle(token))
        if session is None:
            raise DomainError("no_session")
        if not self._counters.take(limits.FORMS_PER_SESSION, session.id, now):
            raise limits.FORMS_PER_SESSION.reached(now)
        handle = new_handle("form")
        form = KeptForm(
            bill_group=session.bill_group,
            browser=self._secrecy.browser(browser),
            sealed=self._secrecy.seal_form(json.dumps({"path": path, "fields": fields})),
            kept_at=now,
            expires_at=now + KEPT_FOR,
        )
        self._forms.add(handle, form)
        return {"form": handle, "expires_at": form.expires_at}

    def get_form(self, *, bill_group: str, form: str, browser: str) -> dict[str, Any]:
        """A kept form with all that it held. Raises NotFound for anybody whom it is not kept for."""
        kept = self._forms.find(
            form, bill_group=bill_group, browser=self._secrecy.browser(browser), now=self._clock.now()
        )
        if kept is None:
            raise NotFound
        held = json.loads(self._secrecy.unseal_form(kept.sealed))
        return {"form": form, "kept_at": kept.kept_at, "expires_at": kept.expires_at, **held}

    def drop_form(self, *, bill_group: str, form: str, browser: str) -> dict[str, Any]:
        """Keep it no longer. What is not there can't be kept, which is as good."""
        self._forms.drop(form, bill_group=bill_group, browser=self._secrecy.browser(browser))
        return {}
