"""How much is allowed in how much time. A limit counts in windows that start at fixed moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.kernel.errors import DomainError, Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` in each ``window``, for each one that is counted."""

    name: str
    most: int
    window: timedelta

    def window_start(self, now: datetime) -> datetime:
        """When the window that ``now`` lies in began. Windows of a day are days in UTC."""
        return _EPOCH + (now - _EPOCH) // self.window * self.window

    def window_end(self, now: datetime) -> datetime:
        """When the window that ``now`` lies in ends, and counting starts at zero."""
        return self.window_start(now) + self.window

    def reached(self, now: datetime) -> DomainError:
        """The error to raise when the limit is reached: it says when to come again."""
        retry_at = self.window_end(now)
        seconds = max(1, round((retry_at - now).total_seconds()))
        return DomainError("too_many_requests", Kind.RETRY, retry_at=retry_at.isoformat(), seconds=seconds)


_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

# 50 guesses a day at 8 digits stay under a chance of 2^-20.
FAILURES_PER_ACCOUNT = Limit("failures-account", 50, _DAY)
FAILURES_PER_NETWORK = Limit("failures-network", 50, _HOUR)
# The brake: whoever guesses at many accounts from many places gets no further than this. It holds up the trying of
# codes only: whoever wants a code still gets one.
FAILURES_OVER_ALL = Limit("failures-all", 200, timedelta(minutes=10))
# Holds nobody up: it gives the store as much to do for a decoy, so that no time tells it from a known address.
FAILURES_OF_DECOYS = Limit("failures-decoys", 200, timedelta(minutes=10))

CODES_PER_ACCOUNT = Limit("codes-account", 10, _HOUR)
CODES_PER_NETWORK = Limit("codes-network", 60, _HOUR)
# "Correct under fire" 15: beyond this, an unknown address is answered like a known one.
PLAIN_REFUSALS_PER_NETWORK = Limit("plain-refusals-network", 10, _HOUR)

# A secret link has 256 random bits: this only keeps programs from trying all day.
WRONG_LINKS_PER_NETWORK = Limit("wrong-links-network", 30, _HOUR)

# Passwords of customers. Whoever knows somebody's user name can hold them up with it, so that is over soon.
PASSWORD_FAILURES_PER_ACCOUNT = Limit("password-failures-account", 10, timedelta(minutes=15))
PASSWORD_FAILURES_PER_NETWORK = Limit("password-failures-network", 50, _HOUR)
RESETS_PER_ACCOUNT = Limit("resets-account", 5, _HOUR)
RESETS_PER_NETWORK = Limit("resets-network", 30, _HOUR)
# No limit that is ever reached: it is counted so that as much is written as where a letter is sent.
RESETS_OF_NOBODY = Limit("resets-nobody", 10_000_000, timedelta(minutes=10))

# Whoever has the token of a session that is over must not fill the store with forms.
FORMS_PER_SESSION = Limit("forms-session", 20, _HOUR)

# Passwords of the staff. Whoever knows somebody's address can hold them up with it, so that is over soon.
STAFF_FAILURES_PER_ACCOUNT = Limit("staff-failures-account", 10, timedelta(minutes=15))
STAFF_FAILURES_PER_NETWORK = Limit("staff-failures-network", 50, _HOUR)
# Whoever tries codes has the password already: 20 tries a day at six digits, of which three are good at a time.
SECOND_FACTOR_FAILURES_PER_ACCOUNT = Limit("second-factor-failures-account", 20, _DAY)
