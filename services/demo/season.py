"""A season of a small partnership, played through the public APIs on a simulated calendar, with its report at the end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from time import perf_counter
from typing import Protocol

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from services.demo.caller import Caller, CallFailed
from services.demo.cpd import offer_cpd
from services.demo.destinations import find_work
from services.demo.hub_life import look_back
from services.demo.matching import match
from services.demo.partnership import prepare
from services.demo.personas import as_persona, personas, reflect, register
from services.demo.planning import plan
from services.demo.quality import audit_teams, say_how_it_was
from services.demo.report import print_report
from services.demo.spring import begin_one_more, cast
from services.demo.struggling import settle
from services.demo.weeks import Season, Show, complete, open_hubs
from services.demo.weeks import play as play_weeks
from services.development.cannot_start import CannotStart

SEASON_BEGINS = date(2026, 6, 1)
MATCHING_ON = date(2026, 7, 6)
HUBS_OPEN_ON = date(2026, 9, 7)


class Stack(Protocol):
    """Where a running stack answers, and the client of the partnership's office."""

    @property
    def identity_url(self) -> str:
        """Where tokens come from."""

    @property
    def placements_url(self) -> str:
        """Where the placements service answers."""

    @property
    def educators_url(self) -> str:
        """Where the educators service answers."""

    @property
    def hubs_url(self) -> str:
        """Where the hubs service answers."""

    @property
    def client_id(self) -> str:
        """The name of the office's client."""

    @property
    def client_secret(self) -> str:
        """What the office's client proves itself with."""


def play(stack: Stack) -> dict[str, str]:
    """Play the season on a running stack and print its report; returns the secrets of the personas it registered.

    Raises `CannotStart` when a service says no where the season needs a yes.
    """
    try:
        return asyncio.run(_play(stack, Console()))
    except CallFailed as refusal:
        raise CannotStart(str(refusal)) from refusal


async def _play(stack: Stack, screen: Console) -> dict[str, str]:
    urls = {name: getattr(stack, f"{name}_url") for name in ("identity", "placements", "educators", "hubs")}
    started = perf_counter()
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        office = Caller(http, urls, stack.client_id, stack.client_secret)
        with _progress(screen) as show:
            season = await _chapters(office, show)
        await print_report(season, screen, perf_counter() - started)
    return season.personas


async def _chapters(office: Caller, show: Show) -> Season:
    show("importing the partnership", 0.0)
    season = Season(office, show=show)
    await season.move_to(SEASON_BEGINS, 9)
    if await office.every("placements", "/v1/rounds"):
        raise CallFailed(
            "A season was begun on these data and not finished: `make run FRESH=1` plays it anew."
        )
    season.made = await prepare(office)
    await plan(office, season.made)
    await offer_cpd(office, season.made)
    show("matching both rounds", 0.02)
    await season.move_to(MATCHING_ON, 9)
    season.matched = await match(office, season.made)
    show("opening the hubs", 0.05)
    await season.move_to(HUBS_OPEN_ON, 9)
    season.hubs = await open_hubs(season, season.matched.placements)
    season.audited = await audit_teams(office, HUBS_OPEN_ON)
    await play_weeks(season)
    show("writing a reflection", 0.94)
    around = personas(season.made, season.placements[season.absent["placement_id"]])
    season.personas = await register(office, around)
    season.reflection_read_by = await reflect(office, season.personas)
    await look_back(season, as_persona(office, "student", season.personas))
    show("completing the placements", 0.95)
    season.completed = await complete(season)
    await say_how_it_was(office, list(season.placements.values()))
    await settle(season)
    await find_work(office, season.of_level("final"))
    show("a placement begins in spring", 0.98)
    season.personas |= await register(office, cast(season.made, await begin_one_more(season)))
    show("done", 1.0)
    return season


@contextmanager
def _progress(screen: Console) -> Iterator[Show]:
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=screen, transient=not screen.is_terminal) as bars:
        task = bars.add_task("", total=1.0)

        def show(words: str, share: float) -> None:
            bars.update(task, description=words, completed=share)

        yield show
