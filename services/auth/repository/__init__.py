"""All queries of the auth service."""

from services.auth.repository.access_rules import RuleBook
from services.auth.repository.api_keys import ApiKeys
from services.auth.repository.challenges import Challenges
from services.auth.repository.counters import Counters
from services.auth.repository.credentials import CredentialsBook
from services.auth.repository.epochs import Epochs
from services.auth.repository.forms import KeptForms
from services.auth.repository.guests import Guests
from services.auth.repository.openings import Openings
from services.auth.repository.previews import Previews
from services.auth.repository.secret_links import SecretLinks
from services.auth.repository.sessions import Sessions
from services.auth.repository.staff import Staff, StaffEntries, StaffSessions

__all__ = [
    "ApiKeys",
    "Challenges",
    "Counters",
    "CredentialsBook",
    "Epochs",
    "Guests",
    "KeptForms",
    "Openings",
    "Previews",
    "RuleBook",
    "SecretLinks",
    "Sessions",
    "Staff",
    "StaffEntries",
    "StaffSessions",
]
