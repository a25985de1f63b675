"""PDFs a second, of an invoice with 20 lines, by one and by two rendering processes."""

from __future__ import annotations

from services.invoices.rendering import RenderingProcesses
from tests.bench.measuring import measure, table
from tests.unit.invoices.examples import issued, line, on_the_wire

LINES = 20
SECONDS = 5.0


def main() -> None:
    """Measure and print."""
    document = on_the_wire(
        issued(*(line(1000 + number, description=f"Line {number}") for number in range(LINES)))
    )
    rows = []
    for processes in (1, 2):
        rendering = RenderingProcesses(processes)
        measured = measure(
            lambda rendering=rendering: lambda: rendering.render(document),  # type: ignore[misc]
            callers=processes,
            seconds=SECONDS,
        )
        rendering.close()
        rows.append((processes, measured.per_second, measured.median, measured.p95))
    table(f"PDF: an invoice of {LINES} lines", ("processes", "PDFs/s", "median ms", "p95 ms"), rows)


if __name__ == "__main__":
    main()
