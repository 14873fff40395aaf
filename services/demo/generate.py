"""Writes the demonstration partnership's files: seeded, synthetic, shaped like a small English partnership.

    python -m services.demo.generate

Two universities, two councils and a voluntary organisation; 60 students with up to five preferences, 66 places in 44 teams,
50 practice educators of whom some have not had a student for two years or have no recent CPD. Nobody in it exists.
"""

import csv
import random
from collections.abc import Iterable
from pathlib import Path

from services.demo.invented import Row
from services.demo.people import autumn_cpd, educators, evidence, students
from services.demo.places import offers, organisations, requests, settings

DATA = Path(__file__).parent / "data"
SEED = 20260901


def write(name: str, columns: str, rows: Iterable[Row]) -> None:
    """One file of the partnership, in the column order of the import kind."""
    with (DATA / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns.split(","), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def main() -> None:
    """Write all files anew; the same seed writes the same files."""
    draw = random.Random(SEED)  # noqa: S311 - seeded: the same invented people each time; no secret
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
