"""Lists, details, sums and PDFs."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any, Protocol

from services.invoices import views
from services.invoices.customers import Customers
from services.invoices.domain.document import Document, Status
from services.invoices.domain.summary import Summary, sums
from services.invoices.pages import EVERYWHERE, Order, beginning, days, spans
from services.invoices.repository import Documents, Pdfs, Wanted
from shared.contracts.invoice_documents import Invoice
from shared.contracts.invoice_reading import MOST_SUMMED
from shared.kernel import cursors
from shared.kernel.access import is_merchant_side, require_merchant_side
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.placeholders.portal_keys import PortalKeys

View = dict[str, Any]

_LATEST = 3
# A payment was tried on these and did not come; on the former it is tried again.
_FAILING = frozenset({Status.DUNNING, Status.FAILED})
_NOT_IN_A_FILE_NAME = re.compile(r"[^\w.-]+")


class Renderer(Protocol):
    """What makes PDFs. ``version`` changes with the look, so that PDFs of before are made anew."""

    version: str

    def render(self, document: View, logo: str | None) -> bytes:
        """The PDF of a document in its form for the wire (``contracts.invoice_documents.Invoice``).

        ``logo``: the picture of the logo that it names, a PNG as base64.
        """
        ...


class Reading:
    """What can be looked at. Customers see what was issued, of the kinds that the merchant shows them."""

    def __init__(
        self,
        documents: Documents,
        pdfs: Pdfs,
        renderer: Renderer,
        customers: Customers,
        portal_keys: PortalKeys,
    ) -> None:
        self._documents = documents
        self._pdfs = pdfs
        self._renderer = renderer
        self._customers = customers
        self._portal_keys = portal_keys

    def find_invoices(self, context: Context, *, customer: str | None, **asked: Any) -> View:
        """A page of the documents of all bill groups, or of one.

        Raises DomainError ``not_allowed`` to customers, and ``invalid_cursor`` for one that is not of the same list.
        """
        require_merchant_side(context)
        return self._list(context, **asked, customer=customer)

    def list_invoices(self, context: Context, *, bill_group: str, **asked: Any) -> View:
        """A page of a bill group's documents. Raises DomainError ``invalid_cursor``."""
        return self._list(context, bill_group=bill_group, **asked)

    def invoice_totals(self, context: Context, *, bill_group: str, **asked: Any) -> View:
        """How many documents of a bill group there are, and what they come to, as far as they are few."""
        wanted = self._wanted(context, bill_group=bill_group, **asked)
        found = self._page(context, wanted, Order("created", descending=True), MOST_SUMMED, None)
        summaries = [summary for _, summary in found[:MOST_SUMMED]]
        complete = len(found) <= MOST_SUMMED
        return {
            "count": len(summaries),
            "complete": complete,
            "sums": [asdict(each) for each in sums(summaries)] if complete else [],
        }

    def _list(self, context: Context, *, sort: str, limit: int, cursor: str | None, **asked: Any) -> View:
        wanted = self._wanted(context, **asked)
        order = Order.parse(sort)
        if wanted.search:
            order = Order("created", order.descending if order.by == "created" else True)
        found = self._page(context, wanted, order, limit, cursor)
        shown = found[:limit]
        return {
            "items": [views.item(summary, context.business_now) for _, summary in shown],
            "next_cursor": cursors.write(str(order), shown[-1][0]) if len(found) > limit else None,
        }

    def get_invoice(self, context: Context, *, bill_group: str, invoice: str) -> View:
        """All about a document. Raises NotFound."""
        document = self._visible(context, bill_group, invoice)
        numbers = self._documents.credit_numbers(document) if document.credits else {}
        return views.whole(document, context.business_now, numbers, self._keys(context, document))

    def get_invoice_pdf(self, context: Context, *, bill_group: str, invoice: str) -> View:
        """The PDF, made the first time and kept, with the logo of its day.

        One that lets its reader into the portal is made each time, so that no store holds what it says.
        Raises NotFound, and DomainError ``not_issued``.
        """
        document = self._visible(context, bill_group, invoice)
        if document.issue is None:
            raise DomainError("not_issued", invoice=invoice)
        keys = self._keys(context, document)
        pdf = None if keys else self._pdfs.get(document, self._renderer.version)
        if pdf is None:
            view = Invoice().dump(views.whole(document, context.business_now, keys=keys))
            logo = document.issue.seller.logo
            pdf = self._renderer.render(view, self._customers.logo(context, logo.version) if logo else None)
            if not keys:
                self._pdfs.keep(document, self._renderer.version, pdf)
        name = _NOT_IN_A_FILE_NAME.sub("-", document.issue.number.text)
        return {"filename": f"{name}.pdf", "pdf": base64.b64encode(pdf).decode()}

    def invoice_summary(self, context: Context, *, bill_group: str) -> View:
        """What is owed, and the latest documents."""
        now = context.business_now
        open_ = self._documents.open(bill_group)
        overdue = [summary for summary in open_ if summary.is_overdue(now)]
        failing = [each for each in open_ if each.status in _FAILING and not each.is_overdue(now)]
        newest = Order("created", descending=True)
        issued = Wanted(bill_group, "issued", shown=self._shown(context))
        latest = [summary for _, summary in self._page(context, issued, newest, _LATEST, None)]
        return {
            "currency": latest[0].currency if latest else None,
            "outstanding": sum(summary.due for summary in open_),
            "overdue": sum(summary.due for summary in overdue),
            "open_count": len(open_),
            "overdue_count": len(overdue),
            "failing_count": len(failing),
            "failing": [views.item(summary, now) for summary in failing[:_LATEST]],
            "latest": [views.item(summary, now) for summary in latest[:_LATEST]],
        }

    def _page(
        self, context: Context, wanted: Wanted, order: Order, limit: int, cursor: str | None
    ) -> list[tuple[str, Summary]]:
        """Up to one more than ``limit``, so that it shows whether there are more."""
        if wanted.shown is not None and (wanted.state == "draft" or not wanted.shown):
            return []
        within = {"created": wanted.created, "due": wanted.due}.get(order.by, EVERYWHERE)
        after = cursors.read(str(order), cursor) or beginning(order, within)
        spans_ = spans(order, after, self._documents.density(wanted.bill_group), limit)
        placed = (each for span in spans_ for each in self._documents.walk(wanted, order, span, limit + 1))
        if wanted.state == "overdue":
            # Which day it is depends on the bill group.
            placed = (each for each in placed if each[1].is_overdue(context.business_now))
        return list(islice(placed, limit + 1))

    def _keys(self, context: Context, document: Document) -> Mapping[str, str] | None:
        """What fills the placeholders that let the customer in, for the customer alone.

        Whoever else may read documents need not for that be able to act as the customer.
        """
        issue = document.issue
        is_customer = context.principal.kind is PrincipalKind.CUSTOMER and not context.read_only
        if issue is None or not issue.texts.keys or not is_customer:
            return None
        return self._portal_keys.of(context.principal.id, issue.buyer.email, issue.texts.keys)

    def _visible(self, context: Context, bill_group: str, invoice: str) -> Document:
        document = self._documents.get(invoice, bill_group)
        shown = self._shown(context)
        if shown is not None and (document.issue is None or document.kind not in shown):
            raise NotFound
        return document

    def _wanted(
        self,
        context: Context,
        *,
        status: str | None,
        created_from: date | None,
        created_to: date | None,
        due_from: date | None,
        due_to: date | None,
        search: str | None,
        **narrowed: str | None,
    ) -> Wanted:
        """What is asked for, as the repository takes it."""
        shown = self._shown(context)
        return Wanted(
            state=status or ("all" if shown is None else "issued"),
            search=search or None,
            created=days(created_from, created_to),
            due=days(due_from, due_to),
            shown=shown,
            **narrowed,
        )

    def _shown(self, context: Context) -> frozenset[str] | None:
        """The kinds of documents that who asks may see; None: all, and drafts, too."""
        return None if is_merchant_side(context) else self._customers.kinds_shown(context)
