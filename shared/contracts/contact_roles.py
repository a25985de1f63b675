"""As whom somebody is in a bill group: one of its contacts, or a guest."""

CONTACT_ROLES = ("billing", "shipping")
# Whom a rule of access admits: none of the contacts. The handle of a guest begins with this word.
GUEST = "guest"
