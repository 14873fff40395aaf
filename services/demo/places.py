"""The invented places of the sample partnership: members, teams, offers, and what students would like."""

import random
from collections.abc import Mapping, Sequence
from itertools import cycle, product

from services.demo.invented import (
    COUNCILS,
    DOMAINS,
    TEAMS,
    TOWNS,
    UNIVERSITIES,
    VOLUNTARY,
    VOLUNTARY_TEAMS,
    Row,
)


def organisations() -> list[Row]:
    """The members of the partnership."""
    rows = [(ext, name, "hei") for ext, name in UNIVERSITIES]
    rows += [(ext, name, "local_authority") for ext, name in COUNCILS]
    rows.append((*VOLUNTARY, "pvi"))
    return [{"external_id": ext, "name": name, "org_type": kind} for ext, name, kind in rows]


def settings(draw: random.Random) -> list[Row]:
    """The teams: four kinds in five towns for each council, and four of the voluntary organisation."""
    rows = []
    council_of = dict(zip(TOWNS, cycle(COUNCILS), strict=False))
    for (town, (lat, lon)), (team, directorate, area, statutory) in product(TOWNS.items(), TEAMS):
        for number in (1, 2):
            organisation = council_of[town][0]
            name = f"{team} {town} {number}"
            rows.append((organisation, name, directorate, area, statutory, lat, lon))
    rows += [(VOLUNTARY[0], f"{t} Harbour Bridge", d, a, s, 52.954, -1.150) for t, d, a, s in VOLUNTARY_TEAMS]
    return [
        {
            "external_id": f"T{n:02}",
            "organisation": organisation,
            "name": name,
            "directorate": directorate,
            "service_area": area,
            "is_frontline": str(statutory).lower(),
            "is_statutory": str(statutory).lower(),
            "latitude": round(lat + draw.uniform(-0.02, 0.02), 4),
            "longitude": round(lon + draw.uniform(-0.02, 0.02), 4),
            "accessibility": "step_free" if draw.random() < 0.5 else "",
            "pcf_domains": DOMAINS,
        }
        for n, (organisation, name, directorate, area, statutory, lat, lon) in enumerate(rows, start=1)
    ]


def offers(draw: random.Random, teams: Sequence[Row], people: Sequence[Row]) -> list[Row]:
    """Sixty-six places: one with each educator on site, three with each off site; final places first."""
    by_host: dict[object, list[Row]] = {}
    for team in teams:
        by_host.setdefault(team["organisation"], []).append(team)
    taken = {host: cycle(draw.sample(rows, len(rows))) for host, rows in by_host.items()}
    rows: list[Row] = []
    for n, educator in enumerate(people, start=1):
        for _ in range(3 if educator["mode"] == "off_site" else 1):
            team = next(taken[educator["organisation"]])
            final = team["is_statutory"] == "true" and (n + len(rows)) % 5 < 3
            rows.append(
                {
                    "external_id": f"O{len(rows) + 1:02}",
                    "round": "FINAL-2026" if final else "FIRST-2026",
                    "setting": team["external_id"],
                    "places": 1,
                    "placement_levels": "final" if final else "first",
                    "educator_number": educator["social_work_england_number"],
                    "requires_driver": str(draw.random() < 0.15).lower(),
                    "clearances": "",
                    "accepts_adjustments": "step_free_access|flexible_hours"
                    if draw.random() < 0.6
                    else "flexible_hours",
                    "pcf_domains": DOMAINS,
                }
            )
    return rows


def preferences(draw: random.Random, teams: Mapping[object, Row], places: Sequence[Row]) -> list[str]:
    """What one student would like: some particular teams, then a kind of work, then a directorate."""
    wanted = [f"setting:{p['setting']}" for p in draw.sample(places, 3)]
    team = teams[draw.choice(places)["setting"]]
    return list(
        dict.fromkeys([*wanted, f"service_area:{team['service_area']}", f"directorate:{team['directorate']}"])
    )


def requests(
    draw: random.Random, cohort: Sequence[Row], teams: Sequence[Row], places: Sequence[Row]
) -> list[Row]:
    """One request a student: 36 for a final, 24 for a first placement, most of them within reach of a town."""
    by_id = {team["external_id"]: team for team in teams}
    rows: list[Row] = []
    for n, student in enumerate(cohort, start=1):
        round_id = "FINAL-2026" if n <= 36 else "FIRST-2026"
        lat, lon = draw.choice(list(TOWNS.values()))
        drives = draw.random() < 0.68
        far_away = n in (17, 50)
        previous = by_id[draw.choice(teams)["external_id"]]
        row: dict[str, object] = {
            "round": round_id,
            "student": student["external_id"],
            "latitude": 54.978 if far_away else round(lat + draw.uniform(-0.05, 0.05), 4),
            "longitude": -1.618 if far_away else round(lon + draw.uniform(-0.05, 0.05), 4),
            "can_drive": str(drives).lower(),
            "max_travel_minutes": draw.choice([60, 75, 90]),
            "adjustments": "step_free_access" if draw.random() < 0.06 else "",
            "conflicts": "",
            "previous": f"setting:{previous['external_id']}" if round_id == "FINAL-2026" else "",
        }
        wanted = preferences(draw, by_id, [p for p in places if p["round"] == round_id])
        rows.append(row | {f"preference_{rank}": value for rank, value in enumerate(wanted, start=1)})
    return rows
