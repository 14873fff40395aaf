"""`python -m benchmarks [WHAT ...]`: measure, and print tables with medians and ratios."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks import (
    board_pack,
    eligibility,
    escalation,
    events,
    evidence_files,
    hubs,
    imports,
    matching_tables,
    reads,
    simulation,
)
from benchmarks.ground import a_database, a_server
from benchmarks.tables import Asked, table_of

SCREEN = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
"""Tables that go to a file keep their columns whole."""


def _reads(server: str, asked: Asked) -> Table:
    table = table_of(
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


def _imports(server: str, _: Asked) -> Table:
    async def measured() -> list[imports.Importing]:
        return [found async for found in imports.measure(server)]

    table = table_of(f"Importing {imports.ROWS:,} students", "how", "rows /s", "ratio")
    runs = asyncio.run(measured())
    for found in runs:
        table.add_row(found.what, f"{found.rate:,.0f}", f"{found.rate / runs[0].rate:.2f}")
    return table


def _evidence(server: str, _: Asked) -> Table:
    async def measured() -> list[evidence_files.Importing]:
        return [found async for found in evidence_files.measure(a_database(server, "educators"))]

    table = table_of(f"Importing {evidence_files.ROWS:,} rows of evidence, all or nothing", "what", "rows /s")
    for found in asyncio.run(measured()):
        table.add_row(found.what, f"{found.rate:,.0f}")
    return table


def _events(server: str, _: Asked) -> Table:
    published, placed = asyncio.run(events.measure(server))
    table = table_of(f"{events.EVENTS:,} events", "what", "events /s")
    table.add_row(f"published, {events.PER_TRANSACTION} in a transaction", f"{published:,.0f}")
    table.add_row("given their place by the relay", f"{placed:,.0f}")
    return table


def _eligibility(server: str, asked: Asked) -> Table:
    found = eligibility.measure(server, asked.rounds)
    table = table_of(f"Eligibility of {eligibility.EDUCATORS:,} educators", "what", "ms", "ratio")
    bare = found.reading
    for what, took in (("one call", found.call), ("CPU of the server", found.cpu), ("bare reading", bare)):
        table.add_row(what, f"{took * 1000:,.0f}", f"{took / bare:.1f}")
    return table


def _board_pack(server: str, asked: Asked) -> Table:
    title = f"The board's page of {board_pack.PLACEMENTS:,} placements, {len(board_pack.YEARS)} years kept"
    table = table_of(title, "which", "read ms", "counted ms", "drawn ms", "whole ms")
    both = board_pack.measure(a_database(server, "placements"), asked.rounds)
    for which, took in zip(("the first ever", "a usual one"), both, strict=True):
        parts = (took.read, took.counted, took.drawn, took.whole)
        table.add_row(which, *(f"{seconds * 1000:,.0f}" for seconds in parts))
    return table


def _hubs(server: str, _: Asked) -> Table:
    columns = ("our p50 ms", "our p95 ms", "bare p50 ms", "bare p95 ms", "ratio p50", "ratio p95")
    table = table_of(
        f"Hubs, {hubs.HUBS * hubs.MEMBERS * hubs.SESSIONS:,} entries of registers", "what", *columns
    )
    for found in hubs.measure(server):
        (p50, p95), (bare50, bare95) = found.ours, found.bare
        times = (f"{p50:.1f}", f"{p95:.1f}", f"{bare50:.1f}", f"{bare95:.1f}")
        table.add_row(found.what, *times, f"{p50 / bare50:.1f}", f"{p95 / bare95:.1f}")
    return table


def _escalation(server: str, _: Asked) -> Table:
    found = escalation.measure_speed(server)
    table = table_of(f"{found.steps:,} concerns fall due at once", "engines", "steps /s", "p50 s", "p99 s")
    rates = (f"{found.rate:,.0f}", f"{found.p50:.1f}", f"{found.p99:.1f}")
    table.add_row(str(escalation.ENGINES), *rates)
    return table


def _killed_engines(server: str, _: Asked) -> Table:
    found = escalation.measure_storm(server)
    table = table_of(
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
    table = table_of(f"A term of {simulation.PLACEMENTS:,} placements simulated", "policy", *columns)
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
    "matching": matching_tables.engine,
    "matching-peers": matching_tables.peers,
    "matching-repairs": matching_tables.repairs,
    "beside-a-run": matching_tables.reads_beside_a_run,
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
