"""Who may enter the portal beside the contacts: rules by domain and by address."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_RULES = "/bill-groups/<bill_group>/access-rules"
_READ, _WRITE = "customers:read", "customers:write"

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", _RULES, "auth.list_access_rules", _READ, "List the access rules of a bill group"),
    Operation(
        "GET",
        f"{_RULES}/domain-preview",
        "auth.preview_domain_grant",
        _READ,
        "Preview granting a domain",
        "It names the single addresses that the domain covers: granting it replaces them.",
    ),
    Operation(
        "POST",
        f"{_RULES}/domains",
        "auth.grant_domain",
        _WRITE,
        "Admit everybody of an e-mail domain",
        "Subdomains are not covered. Answers with all rules of the bill group.",
        status=201,
    ),
    Operation(
        "POST",
        f"{_RULES}/addresses",
        "auth.grant_address",
        _WRITE,
        "Admit one e-mail address",
        "Refused where its domain is granted already. Answers with all rules of the bill group.",
        status=201,
    ),
    Operation(
        "DELETE",
        f"{_RULES}/<rule>",
        "auth.remove_access_rule",
        _WRITE,
        "Remove an access rule",
        "Whoever is signed in by it is signed out. Answers with the rules that are left.",
    ),
    Operation(
        "GET",
        "/bill-groups/<bill_group>/portal-link",
        "auth.get_portal_link",
        _READ,
        "Get the portal link of a bill group",
        "It leads to the sign-in for this bill group only, and opens nothing by itself.",
    ),
)
