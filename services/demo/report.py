"""The report at the end of the season, in the words of a programme manager."""

from typing import Any

from rich.console import Console
from rich.table import Table

from services.demo.weeks import Season


async def print_report(season: Season, screen: Console, seconds: float) -> None:
    """Ask the services what became of the season, and print it."""
    office = season.office
    screen.print("\n[bold]The season 2026-27 of the sample partnership[/bold]")
    _matching(season, screen)
    _unmatched(season, screen)
    await _hubs(season, screen)
    await _concerns(season, screen)
    readers = [name for name, can in season.reflection_read_by.items() if can]
    asked = len(season.reflection_read_by)
    screen.print(
        f"[bold]A private reflection[/bold]  {asked} asked for it; it was shown to: {', '.join(readers)}"
    )
    await _quality(season, screen)
    forecast = await office.get("educators", "/v1/register/forecast", months=12)
    standing = ", ".join(f"{s['educators']} {s['status']}" for s in forecast["statuses"] if s["educators"])
    lapsing = sum(month["lapsing"] for month in forecast["months"])
    screen.print(
        f"[bold]Practice educators[/bold]  {standing}; {lapsing} will lapse within 12 months unless they act"
    )
    screen.print(
        f"[bold]Completed[/bold]  {season.completed} placements, each now a support episode of its educator"
    )
    screen.print(f"Played in {seconds:.0f} seconds.\n")


def _matching(season: Season, screen: Console) -> None:
    table = Table("", "requests", "places", "placed", "first preference", "second", "within list", title=None)
    for name, run in season.matched.runs.items():
        outcome = run["outcome"]
        shown = ("requests", "places", "placed", "first_preference", "second_preference", "within_list")
        table.add_row(name, *(str(outcome[column]) for column in shown))
    screen.print(table)
    confirmed, refused = len(season.matched.placements), season.matched.refused
    screen.print(f"Confirmed: {confirmed}. Refused at confirmation: {len(refused)}.")


def _unmatched(season: Season, screen: Console) -> None:
    for name, explanations in season.matched.unmatched.items():
        for explanation in explanations:
            screen.print(f"  [bold]unmatched[/bold] ({name})  {explanation['summary']}")


async def _hubs(season: Season, screen: Console) -> None:
    overall = (await season.office.get("hubs", "/v1/reports/attendance"))["overall"]
    rate = overall["rate"]
    share = "-" if rate is None else f"{rate:.1f}%"
    words = f"{season.hubs} hubs, {overall['sessions']} sessions, attendance {share} (n = {overall['n']})"
    screen.print(f"[bold]Hubs[/bold]  {words}")
    found = await season.office.get("hubs", "/v1/reports/evaluation", placement_level="final")
    rated = found["self_ratings"][0]
    asked = found["feedback"]
    screen.print(
        f"  members' {rated['scale']} {rated['before']} before, {rated['after']} after (n = {rated['n']}); "
        f"stop-start-continue: {asked['answers']} answers, most often {_first(asked['themes'])}"
    )
    went = found["employment"]
    screen.print(f"  into social work: {_share(went['hub'])} with a hub, {_share(went['no_hub'])} without")


def _share(group: dict[str, Any]) -> str:
    rate = group["in_social_work"]
    return f"{'-' if rate is None else f'{rate:.0f}%'} (n = {group['known']})"


def _first(themes: list[dict[str, Any]]) -> str:
    most = max(themes, key=lambda theme: theme["answers"], default=None)
    return f"{most['column']} {most['theme'].replace('_', ' ')}" if most else "nothing"


async def _quality(season: Season, screen: Console) -> None:
    year = {"academic_year": "2026-27"}
    survey = (await season.office.get("placements", "/v1/reports/survey", **year))["answers"]
    (support,) = (each["good"] for each in survey["questions"] if each["question"] == "support")
    went = (await season.office.get("placements", "/v1/reports/destinations", **year))["counts"]
    screen.print(
        f"[bold]Quality[/bold]  {season.audited} teams audited; {_percent(support)} of students"
        f" rate support good or very good; {_percent(went['local'])} stay in the area"
    )


def _percent(share: dict[str, Any]) -> str:
    return f"{100 * share['share']:.0f}% (n = {share['n']})"


async def _concerns(season: Season, screen: Console) -> None:
    concerns = await season.office.every("placements", "/v1/concerns")
    totals = await season.office.get("placements", "/v1/reports/concerns")
    screen.print(
        f"[bold]Concerns[/bold]  {totals['opened']} opened, of which {totals['escalated']} rose to a higher level"
    )
    for by, lines in (("opened by", totals["by_rule"]), ("about", totals["by_about"])):
        counted = (
            f"{line['code'].replace('_', ' ')} {line['opened']} ({line['escalated']} rose)" for line in lines
        )
        screen.print(f"  {by}: {', '.join(counted)}")
    first = [c for c in concerns if c["placement_id"] == season.absent.get("placement_id")]
    for concern in first[:1]:
        timeline = await season.office.get("placements", f"/v1/concerns/{concern['id']}/timeline")
        screen.print(f"  Case {timeline['case_number']}, step by step:")
        for step in timeline["happened"]:
            screen.print(f"    {step['at'][:16].replace('T', ' ')}  {step['what']}{_told(step)}")


def _told(step: dict[str, Any]) -> str:
    return f"  [dim]told: {', '.join(step['told'])}[/dim]" if step["told"] else ""
