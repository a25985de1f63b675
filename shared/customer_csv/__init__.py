"""Customers in CSV files: what the command line and the admin pages bring in, read in one way.

``docs/importing.md`` describes the columns.
"""

from shared.customer_csv.columns import COLUMNS, column_of
from shared.customer_csv.reading import FileRefused, Row, Table, decode, read, read_parts
from shared.customer_csv.rows import Problem
from shared.customer_csv.writing import REPORT_COLUMNS, Report

__all__ = [
    "COLUMNS",
    "REPORT_COLUMNS",
    "FileRefused",
    "Problem",
    "Report",
    "Row",
    "Table",
    "column_of",
    "decode",
    "read",
    "read_parts",
]
