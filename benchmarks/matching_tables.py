"""Matching, repairing, and reading beside a run, as tables: figures beside their goals."""

from rich.table import Table

from benchmarks import beside_a_run, matching, matching_repairs
from benchmarks.tables import Asked, table_of


def engine(_: str, asked: Asked) -> Table:
    """Return what matching takes, at each size."""
    columns = (
        "pairs",
        "finding them",
        "of solve",
        "solve",
        "HiGHS",
        "proof",
        "explain",
        "of solve",
        "whole",
        "of HiGHS",
        "MB",
        "placed / 1st or 2nd",
        "first come",
    )
    title = "Matching, limits that cross: CPU seconds, beside the goals of the design"
    table = table_of(title, "requests / aims", *columns)
    for found in matching.measure(asked.rounds, national=asked.long):
        table.add_row(
            f"{found.requests} / {found.aims}",
            f"{found.pairs:,}",
            _beside(found.preparing, found.goal(matching.PAIRS), ".3f"),
            f"{found.preparing / found.solving:.0%}",
            f"{found.solving:.2f}",
            f"{found.runs:.2f}",
            f"{found.certifying:.2f}",
            _beside(found.explaining, found.goal(matching.EXPLAINING), ".3f"),
            f"{found.explaining / found.solving:.0%}",
            _beside(found.whole, found.whole_goal(), ".2f"),
            f"{found.whole / found.runs:.2f}",
            str(found.memory),
            f"{found.placed} / {found.first_or_second}" + ("" if found.proved else " (gap)"),
            f"{found.came_first[0]} / {found.came_first[1]}",
        )
    return table


def _beside(found: float, most: float | None, spelling: str) -> str:
    """Write a figure beside the most it should be, so that it is seen whether it is met; alone where there is no goal."""
    if most is None:
        return f"{found:{spelling}}"
    return f"{found:{spelling}} {'<=' if found <= most else '>'} {most:{spelling}}"


def peers(_: str, __: Asked) -> Table:
    """Return what others take for the same rounds."""
    columns = (
        "ours, CPU s",
        "HiGHS on all pairs, CPU s",
        "ratio",
        "aims settled",
        "HospitalResident, CPU s",
        "ratio",
        "placed",
        "seats over a limit",
    )
    table = table_of("The same rounds matched by others", "requests / listed", *columns)
    for found in matching.measure_peers():
        table.add_row(
            f"{found.requests} / {found.listed}",
            f"{found.ours:.2f}",
            f"{found.all_pairs:.1f}",
            f"{found.all_pairs / found.ours:.1f}",
            str(found.aims),
            f"{found.residents:.2f}",
            f"{found.residents / found.ours:.1f}",
            str(found.placed),
            str(found.over),
        )
    return table


def repairs(_: str, asked: Asked) -> Table:
    """Return what each way of repairing takes of a run."""
    columns = ("lost", "moved of others", "placed", "CPU s", "run CPU s", "of a run")
    table = table_of("Repaired after one educator in 500 students was lost", "requests / way", *columns)
    for found in matching_repairs.measure(national=asked.long):
        goal, share = matching_repairs.GOALS.get(found.way), found.seconds / found.run
        table.add_row(
            f"{found.requests} / {found.way}",
            str(found.lost),
            f"{found.moved} of {found.untouched}",
            str(found.placed),
            f"{found.seconds:.2f}",
            f"{found.run:.2f}",
            _beside(share, goal, ".0%"),
        )
    return table


def reads_beside_a_run(server: str, asked: Asked) -> Table:
    """Return how long callers wait before, during and after a run."""
    found = beside_a_run.measure(server, seconds=asked.seconds, national=asked.long)
    table = table_of(found.title, "question", "pause ms", "", "before ms", "during ms", "after ms", "ratio")
    for reading in found.readings:
        for which, before, during, after in reading.side_by_side():
            times = (f"{before:.1f}", f"{during:.1f}", f"{after:.1f}", f"{during / before:.2f}")
            table.add_row(reading.question, f"{reading.pause * 1000:.0f}", which, *times)
    return table
