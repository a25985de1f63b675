"""Invoices and credit notes: numbers, totals, taxes, what is still to be paid, and their PDFs."""
