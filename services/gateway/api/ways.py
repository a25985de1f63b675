"""Ways into the portal that need no e-mail: secret links, passwords, and from the merchant's own app."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_READ, _WRITE = "portal:read", "portal:write"
_LINK = "/customers/<customer>/secret-link"
_CREDENTIALS = "/customers/<customer>/credentials"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/bill-groups/<bill_group>/portal-sessions",
        "auth.open_portal",
        _WRITE,
        "Open the portal from your own app",
        "Send the user's browser to `url`: it signs them in, once, without a second sign-in. `path` begins with one of "
        "the portal's pages, such as `/subscriptions/<handle>/cancel` or `/payment-methods/new`; with `return_url` the "
        "portal shows the way back.",
        status=201,
    ),
    Operation(
        "GET", _LINK, "auth.get_secret_link_state", _READ, "Read how it stands with a customer's secret link"
    ),
    Operation(
        "GET",
        f"{_LINK}/url",
        "auth.get_secret_link",
        _WRITE,
        "Read a customer's secret link itself",
        "Whoever has it may do what the customer may, so it takes the scope of those who may make one.",
    ),
    Operation(
        "POST",
        _LINK,
        "auth.make_secret_link",
        _WRITE,
        "Make a customer's secret link, or a new one",
        "The one before opens nothing from that moment on, and the sessions that it opened end.",
        status=201,
    ),
    Operation(
        "DELETE",
        _LINK,
        "auth.revoke_secret_link",
        _WRITE,
        "Revoke a customer's secret link",
        "It opens nothing from that moment on, and the sessions that it opened end.",
    ),
    Operation(
        "GET",
        _CREDENTIALS,
        "auth.get_credentials_state",
        _READ,
        "Read how it stands with a customer's user name and password",
    ),
    Operation(
        "POST",
        _CREDENTIALS,
        "auth.hand_out_credentials",
        _WRITE,
        "Hand out a user name and password",
        "The password stands in the answer; the one before opens nothing from that moment on.",
        status=201,
    ),
    Operation(
        "DELETE",
        _CREDENTIALS,
        "auth.withdraw_credentials",
        _WRITE,
        "Withdraw a customer's password",
        "It opens nothing from that moment on, and the sessions that it opened end. The user name stays theirs.",
    ),
)
