"""The invented people of the sample partnership: students, practice educators, and what is known of them."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product

from services.demo.invented import (
    AUTUMN_STUDY_DAY,
    COUNCILS,
    FIRST_NAMES,
    LAST_NAMES,
    SEASON_BEGINS,
    UNIVERSITIES,
    VOLUNTARY,
    Row,
)


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
                "directorate": "" if off_site or n > 38 else ("childrens", "adults")[n // 2 % 2],
                "locality": ("North", "South", "Coast")[n % 3],
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
