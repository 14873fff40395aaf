"""Writes the demonstration partnership's files: seeded, synthetic, shaped like a small English partnership.

    python -m services.demo.generate

Two universities, two councils and a voluntary organisation; 60 students with up to five preferences, 66 places in 44 teams,
50 practice educators of whom some have not had a student for two years or have no recent CPD. Nobody in it exists.
"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle, product
from pathlib import Path

DATA = Path(__file__).parent / "data"
SEED = 20260901
SEASON_BEGINS = date(2026, 6, 1)
AUTUMN_STUDY_DAY = date(2026, 11, 18)
FIRST_NAMES = [
    "Amara",
    "Bilal",
    "Carys",
    "Dmitri",
    "Elif",
    "Femi",
    "Grace",
    "Hana",
    "Idris",
    "Jodie",
    "Kofi",
    "Leila",
    "Marek",
    "Nia",
    "Owen",
]
LAST_NAMES = [
    "Ashdown",
    "Bramble",
    "Copperfield",
    "Dunmore",
    "Eastwood",
    "Fairbrook",
    "Greenhalgh",
    "Hollis",
    "Ibsen",
    "Juniper",
]
UNIVERSITIES = (("UNI-W", "University of Westmere"), ("UNI-A", "Aldbrook University"))
COUNCILS = (("LA-W", "Westmere City Council"), ("LA-A", "Aldshire County Council"))
VOLUNTARY = ("PVI-H", "Harbour Bridge")
TOWNS = {
    "Westmere Centre": (52.954, -1.150),
    "Westmere North": (53.020, -1.160),
    "Aldbrook": (52.910, -1.480),
    "Carrow": (53.140, -1.200),
    "Millford": (52.900, -1.270),
}
TEAMS = (
    ("Children in Need", "childrens", "assessment", True),
    ("Children Looked After", "childrens", "looked_after_children", True),
    ("Adults Community", "adults", "community", True),
    ("Hospital Discharge", "adults", "hospital", True),
)
VOLUNTARY_TEAMS = (
    ("Family Support", "childrens", "family_support", False),
    ("Advocacy", "adults", "advocacy", False),
    ("Carers", "adults", "carers", False),
    ("Young People", "integrated", "young_people", False),
)
DOMAINS = (
    "professionalism|values_and_ethics|knowledge|critical_reflection_and_analysis|skills_and_interventions"
)
Row = Mapping[str, object]


def write(name: str, columns: str, rows: Iterable[Row]) -> None:
    """One file of the partnership, in the column order of the import kind."""
    with (DATA / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns.split(","), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


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


def names(draw: random.Random, count: int) -> list[str]:
    """Distinct invented names."""
    return [f"{a} {b}" for a, b in draw.sample(list(product(FIRST_NAMES, LAST_NAMES)), count)]


def students(draw: random.Random) -> list[Row]:
    """Sixty students, thirty at each university."""
    people = names(draw, 60)
    return [
        {
            "external_id": f"S{n:03}",
            "organisation": UNIVERSITIES[n % 2][0],
            "programme": "BA Social Work" if n % 3 else "MA Social Work",
            "full_name": name,
            "email": f"student{n:03}@students.example.org",
            "intake_year": 2024,
        }
        for n, name in enumerate(people, start=1)
    ]


def educators(draw: random.Random) -> list[Row]:
    """Fifty practice educators; the last eight are independent and off site, with room for three students each."""
    hosts = [ext for ext, _ in COUNCILS] * 19 + [VOLUNTARY[0]] * 4
    rows: list[Row] = []
    for n, name in enumerate(names(draw, 50), start=1):
        off_site = n > 42
        rows.append(
            {
                "external_id": f"E{n:02}",
                "social_work_england_number": f"SW{900_000 + n * 37}",
                "full_name": name,
                "organisation": COUNCILS[n % 2][0] if off_site else hosts[n - 1],
                "mode": "off_site" if off_site else "on_site",
                "employment": "independent" if off_site else "employed",
                "peps_stage": "stage_1" if n % 9 == 0 and not off_site else "stage_2",
                "qualified_on": date(2010 + n % 10, 7, 1),
                "registered_on": date(2010 + n % 10, 9, 1),
                "max_concurrent": 3 if off_site else 1,
            }
        )
    return rows


def is_lapsed(n: int) -> bool:
    """Every ninth educator's last student is over two years ago."""
    return n % 9 == 4


def without_cpd(n: int) -> bool:
    """Every seventeenth educator has no CPD in the last year."""
    return n % 17 == 5


def evidence(draw: random.Random, people: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What the register knows of each educator: students supported, and CPD."""
    episodes: list[Row] = []
    cpd: list[Row] = []
    for n, educator in enumerate(people, start=1):
        number = educator["social_work_england_number"]
        ended = SEASON_BEGINS - timedelta(
            days=draw.randint(900, 1400) if is_lapsed(n) else draw.randint(60, 400)
        )
        episodes.append(
            {
                "educator_number": number,
                "learner_kind": "student",
                "placement_level": "final" if n % 2 else "first",
                "started_on": ended - timedelta(days=150),
                "ended_on": ended,
                "days": 100 if n % 2 else 70,
                "role": "educator_of_record",
            }
        )
        studied = SEASON_BEGINS - timedelta(
            days=draw.randint(500, 700) if without_cpd(n) else draw.randint(5, 90)
        )
        cpd.append(
            {
                "educator_number": number,
                "on": studied,
                "title": "Practice education update",
                "hours": draw.choice([3, 6]),
                "peer_reflection": str(draw.random() < 0.5).lower(),
            }
        )
    return episodes, cpd


def autumn_cpd(people: Sequence[Row]) -> list[Row]:
    """A study day in November, which all but a few attend."""
    return [
        {
            "educator_number": educator["social_work_england_number"],
            "on": AUTUMN_STUDY_DAY,
            "title": "Practice education study day",
            "hours": 5,
            "peer_reflection": "true",
        }
        for n, educator in enumerate(people, start=1)
        if n % 8 and not is_lapsed(n)
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


def main() -> None:
    """Write all files anew; the same seed writes the same files."""
    draw = random.Random(SEED)  # noqa: S311 - invented people, no secret
    DATA.mkdir(exist_ok=True)
    teams, cohort, people = settings(draw), students(draw), educators(draw)
    episodes, cpd = evidence(draw, people)
    places = offers(draw, teams, people)
    write("organisations", "external_id,name,org_type", organisations())
    write("settings", ",".join(teams[0]), teams)
    write("students", ",".join(cohort[0]), cohort)
    write("educators", ",".join(people[0]), people)
    write("support-episodes", ",".join(episodes[0]), episodes)
    write("cpd-records", ",".join(cpd[0]), cpd)
    write("cpd-records-autumn", ",".join(cpd[0]), autumn_cpd(people))
    write("offers", ",".join(places[0]), places)
    columns = "round,student,latitude,longitude,can_drive,max_travel_minutes,adjustments,conflicts,previous,"
    ranks = ",".join(f"preference_{rank}" for rank in range(1, 11))
    write("requests", columns + ranks, requests(draw, cohort, teams, places))


if __name__ == "__main__":
    main()
