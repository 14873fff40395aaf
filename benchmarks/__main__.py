"""`python -m benchmarks [WHAT ...]`: measure, and print tables with medians and ratios."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks import (
    beside_a_run,
    board_pack,
    eligibility,
    escalation,
    events,
    evidence_files,
    hubs,
    imports,
    matching,
    matching_repairs,
    reads,
    simulation,
)
from benchmarks.ground import a_database, a_server

SCREEN = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
"""Tables that go to a file keep their columns whole."""


@dataclass(frozen=True)
class Asked:
    """How long one run is, in seconds, and how many runs there are of each."""

    seconds: float
    rounds: int
    long: bool = False
    """Whether what takes minutes is measured too."""


def _reads(server: str, asked: Asked) -> Table:
    table = _table(
        "Reading", "question", "ours /s", "raw /s", "ratio", "our CPU ms", "raw CPU ms", "ratio", "p50 ms"
    )
    for found in reads.measure(server, seconds=asked.seconds, rounds=asked.rounds):
        table.add_row(
            found.question,
            f"{found.ours.rate:,.0f}",
            f"{found.raw.rate:,.0f}",
            f"{found.rate_ratio:.2f}",
            f"{found.ours.cpu:.3f}",
            f"{found.raw.cpu:.3f}",
            f"{found.cpu_ratio:.2f}",
            f"{found.ours.p50:.1f}",
        )
    return table


def _matching(_: str, asked: Asked) -> Table:
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
    table = _table(title, "requests / aims", *columns)
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


def _peers(_: str, __: Asked) -> Table:
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
    table = _table("The same rounds matched by others", "requests / listed", *columns)
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


def _repairs(_: str, asked: Asked) -> Table:
    columns = ("lost", "moved of others", "placed", "CPU s", "run CPU s", "of a run")
    table = _table("Repaired after one educator in 500 students was lost", "requests / way", *columns)
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


def _beside_a_run(server: str, asked: Asked) -> Table:
    found = beside_a_run.measure(server, seconds=asked.seconds, national=asked.long)
    table = _table(found.title, "question", "pause ms", "", "before ms", "during ms", "after ms", "ratio")
    for reading in found.readings:
        for which, before, during, after in reading.side_by_side():
            times = (f"{before:.1f}", f"{during:.1f}", f"{after:.1f}", f"{during / before:.2f}")
            table.add_row(reading.question, f"{reading.pause * 1000:.0f}", which, *times)
    return table


def _imports(server: str, _: Asked) -> Table:
    async def measured() -> list[imports.Importing]:
        return [found async for found in imports.measure(server)]

    table = _table(f"Importing {imports.ROWS:,} students", "how", "rows /s", "ratio")
    runs = asyncio.run(measured())
    for found in runs:
        table.add_row(found.what, f"{found.rate:,.0f}", f"{found.rate / runs[0].rate:.2f}")
    return table


def _evidence(server: str, _: Asked) -> Table:
    async def measured() -> list[evidence_files.Importing]:
        return [found async for found in evidence_files.measure(a_database(server, "educators"))]

    table = _table(f"Importing {evidence_files.ROWS:,} rows of evidence, all or nothing", "what", "rows /s")
    for found in asyncio.run(measured()):
        table.add_row(found.what, f"{found.rate:,.0f}")
    return table


def _events(server: str, _: Asked) -> Table:
    published, placed = asyncio.run(events.measure(server))
    table = _table(f"{events.EVENTS:,} events", "what", "events /s")
    table.add_row(f"published, {events.PER_TRANSACTION} in a transaction", f"{published:,.0f}")
    table.add_row("given their place by the relay", f"{placed:,.0f}")
    return table


def _eligibility(server: str, asked: Asked) -> Table:
    found = eligibility.measure(server, asked.rounds)
    table = _table(f"Eligibility of {eligibility.EDUCATORS:,} educators", "what", "ms", "ratio")
    bare = found.reading
    for what, took in (("one call", found.call), ("CPU of the server", found.cpu), ("bare reading", bare)):
        table.add_row(what, f"{took * 1000:,.0f}", f"{took / bare:.1f}")
    return table


def _board_pack(server: str, asked: Asked) -> Table:
    title = f"The board's page of {board_pack.PLACEMENTS:,} placements, {len(board_pack.YEARS)} years kept"
    table = _table(title, "which", "read ms", "counted ms", "drawn ms", "whole ms")
    both = board_pack.measure(a_database(server, "placements"), asked.rounds)
    for which, took in zip(("the first ever", "a usual one"), both, strict=True):
        parts = (took.read, took.counted, took.drawn, took.whole)
        table.add_row(which, *(f"{seconds * 1000:,.0f}" for seconds in parts))
    return table


def _hubs(server: str, _: Asked) -> Table:
    columns = ("our p50 ms", "our p95 ms", "bare p50 ms", "bare p95 ms", "ratio p50", "ratio p95")
    table = _table(
        f"Hubs, {hubs.HUBS * hubs.MEMBERS * hubs.SESSIONS:,} entries of registers", "what", *columns
    )
    for found in hubs.measure(server):
        (p50, p95), (bare50, bare95) = found.ours, found.bare
        times = (f"{p50:.1f}", f"{p95:.1f}", f"{bare50:.1f}", f"{bare95:.1f}")
        table.add_row(found.what, *times, f"{p50 / bare50:.1f}", f"{p95 / bare95:.1f}")
    return table


def _escalation(server: str, _: Asked) -> Table:
    found = escalation.measure_speed(server)
    table = _table(f"{found.steps:,} concerns fall due at once", "engines", "steps /s", "p50 s", "p99 s")
    rates = (f"{found.rate:,.0f}", f"{found.p50:.1f}", f"{found.p99:.1f}")
    table.add_row(str(escalation.ENGINES), *rates)
    return table


def _killed_engines(server: str, _: Asked) -> Table:
    found = escalation.measure_storm(server)
    table = _table(
        f"{found.cases:,} cases through four levels", "killed", "transitions", "levels", "messages", "s"
    )
    row = (found.counts.transitions, found.counts.levels, found.counts.messages, found.seconds)
    table.add_row(str(found.kills), *(f"{number:,.0f}" for number in row))
    return table


def _simulation(server: str, _: Asked) -> Table:
    columns = (
        "facts",
        "s",
        "CPU s",
        "steps of progress",
        "opened",
        "false alarms",
        "most at once a day",
        "missed",
    )
    table = _table(f"A term of {simulation.PLACEMENTS:,} placements simulated", "policy", *columns)
    for found in simulation.measure(server):
        counted = (
            f"{found.facts:,}",
            f"{found.seconds:.1f}",
            f"{found.cpu:.1f}",
            str(found.progress),
            f"{found.opened:,}",
        )
        rest = (f"{found.false_alarm_share:.0%}", str(found.most_a_day), str(found.missed))
        table.add_row(found.what, *counted, *rest)
    return table


MEASUREMENTS: Mapping[str, Callable[[str, Asked], Table]] = {
    "reads": _reads,
    "matching": _matching,
    "matching-peers": _peers,
    "matching-repairs": _repairs,
    "beside-a-run": _beside_a_run,
    "imports": _imports,
    "evidence": _evidence,
    "events": _events,
    "eligibility": _eligibility,
    "board-pack": _board_pack,
    "hubs": _hubs,
    "escalation": _escalation,
    "killed_engines": _killed_engines,
    "simulation": _simulation,
}


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def main() -> None:
    """Measure what is named on the command line, or everything."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the speed of Practicum."
    )
    parser.add_argument("what", nargs="*", help=f"any of {', '.join(MEASUREMENTS)} (default: all)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one run")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each; medians are shown")
    parser.add_argument("--long", action="store_true", help="also a national round: minutes")
    given = parser.parse_args()
    if unknown := set(given.what) - MEASUREMENTS.keys():
        parser.error(f"there is no measurement of {', '.join(sorted(unknown))}")
    for name in given.what or MEASUREMENTS:
        with a_server() as server:
            SCREEN.print(MEASUREMENTS[name](server, Asked(given.seconds, given.rounds, given.long)))


if __name__ == "__main__":
    main()
