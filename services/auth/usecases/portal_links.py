"""Portal links: each leads to the sign-in for one bill group, and opens nothing by itself."""

from __future__ import annotations

from typing import Any

from services.auth.secrecy import Secrecy
from services.auth.usecases.access_rules import BillGroups
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context


class PortalLinks:
    """Gives them out. ``portal`` is the portal's address."""

    def __init__(self, bill_groups: BillGroups, secrecy: Secrecy, *, portal: str) -> None:
        self._bill_groups = bill_groups
        self._secrecy = secrecy
        self._portal = portal.rstrip("/")

    def get_portal_link(self, context: Context, *, bill_group: str) -> dict[str, Any]:
        """The link of a bill group, always the same. Raises NotFound, and DomainError ``not_allowed``."""
        require_merchant_side(context)
        self._bill_groups.check_bill_group(context, bill_group)
        url = f"{self._portal}/p/{self._secrecy.portal_link(bill_group)}"
        return {"bill_group": bill_group, "url": url}

    def check_portal_link(self, *, portal_link: str) -> dict[str, Any]:
        """Where it leads. Raises NotFound for one that was never given out."""
        return {"bill_group": self._secrecy.bill_group_of(portal_link)}
