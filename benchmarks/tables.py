"""What is asked of a measurement, and the tables that show what was found."""

from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True)
class Asked:
    """How long one run is, in seconds, and how many runs there are of each."""

    seconds: float
    rounds: int
    long: bool = False
    """Whether what takes minutes is measured too."""


def table_of(title: str, first: str, *others: str) -> Table:
    """Return an empty table, whose first column names what the others, all figures, are about."""
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
