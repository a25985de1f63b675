"""All queries of the invoices service."""

from services.invoices.repository.documents import Documents
from services.invoices.repository.pdfs import Pdfs
from services.invoices.repository.wanted import Wanted

__all__ = ["Documents", "Pdfs", "Wanted"]
