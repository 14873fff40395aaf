"""Worked cases of the three routes, as the guidance would tell them."""

import pytest

from services.educators.domain.codes import EpisodeEnd, LearnerKind, PlacementLevel, SupportRole
from tests.educators.currency_cases import Case, case, judged, short
from tests.educators.evidence import a_learner, a_role, a_student, day, some_cpd

ROUTE_A = [
    case("a student half a year ago", "current A 2027-09-01", a_student("2026-03-06")),
    case("the anniversary day itself counts", "expiring A 2026-09-07", a_student("2024-09-07")),
    case("the day after the anniversary it is over", "lapsed - 2026-09-06", a_student("2024-09-06")),
    case(
        "a leap day's anniversary is 28 February",
        "expiring A 2026-02-28",
        a_student("2024-02-29"),
        some_cpd("2026-01-10"),
        as_at="2026-02-28",
    ),
    case(
        "and 1 March is too late",
        "lapsed - 2026-02-28",
        a_student("2024-02-29"),
        some_cpd("2026-01-10"),
        as_at="2026-03-01",
    ),
    case(
        "the latest of several students counts",
        "current A 2027-09-01",
        a_student("2020-07-01"),
        a_student("2026-07-01"),
        a_student("2023-07-01"),
    ),
    case(
        "a student still here renews up to today",
        "current A 2027-09-01",
        a_student(None, started_on=day("2026-08-31")),
    ),
    case(
        "a student who comes later is no evidence yet",
        "lapsed - -",
        a_student(None, started_on=day("2026-09-08")),
    ),
    case(
        "an episode nobody ended is believed for a year only",
        "lapsed - 2025-01-06",
        a_student(None, started_on=day("2022-01-06")),
    ),
    case(
        "unless its planned end is known",
        "current A 2027-09-01",
        a_student(None, started_on=day("2025-08-01"), expected_end_on=day("2026-12-18")),
    ),
    case("half of a final placement's 100 days is enough", "current A 2027-09-01", short(50)),
    case("one day less is not", "lapsed - -", short(49)),
    case(
        "half of a first placement's 70 days is 35",
        "current A 2027-09-01",
        short(35, placement_level=PlacementLevel.FIRST),
    ),
    case(
        "34 days of a first placement are too few",
        "lapsed - -",
        short(34, placement_level=PlacementLevel.REPEAT_FIRST),
    ),
    case("the placement's own plan goes before the book", "lapsed - -", short(50, planned_days=120)),
    case(
        "the midway report makes up for missing days", "current A 2027-09-01", short(20, midway_reported=True)
    ),
    case(
        "a completed placement counts whole", "current A 2027-09-01", short(20, ending=EpisodeEnd.COMPLETED)
    ),
    case("one that ended early counts by its days", "lapsed - -", short(20, ending=EpisodeEnd.ENDED_EARLY)),
    case(
        "an additional placement has no book to measure by",
        "current A 2027-09-01",
        short(5, placement_level=PlacementLevel.ADDITIONAL),
    ),
    case(
        "a co-educator does not carry full responsibility",
        "lapsed - -",
        short(100, role=SupportRole.CO_EDUCATOR),
    ),
    case("nor does an on-site supervisor", "lapsed - -", short(100, role=SupportRole.ON_SITE_SUPERVISOR)),
    case(
        "it ends with the student's window when CPD lasts longer",
        "current A 2027-01-15",
        a_student("2025-01-15"),
    ),
    case("90 days before the end it is expiring", "expiring A 2026-12-06", a_student("2024-12-06")),
    case("91 days before it is not", "current A 2026-12-07", a_student("2024-12-07")),
]

ROUTE_B = [
    case(
        "a student and an ASYE within three years",
        "current B 2026-12-31",
        a_student("2023-12-31"),
        a_learner("2025-08-31"),
    ),
    case(
        "the learner may be the one who was first",
        "current B 2027-01-31",
        a_student("2024-07-01"),
        a_learner("2024-01-31"),
    ),
    case(
        "the anniversary of three years counts",
        "expiring B 2026-09-07",
        a_student("2023-09-07"),
        a_learner("2026-01-31"),
    ),
    case(
        "a day later the student is too long ago",
        "lapsed - 2026-09-06",
        a_student("2023-09-06"),
        a_learner("2026-01-31"),
    ),
    case("a learner alone is not enough", "lapsed - -", a_learner("2026-01-31")),
    case(
        "a learner who was not assessed against the PCF does not count",
        "lapsed - 2026-01-31",
        a_student("2024-01-31"),
        a_learner("2026-01-31", assessed_against_pcf=False),
    ),
    case(
        "an educator in training is a learner",
        "current B 2027-09-01",
        a_student("2024-09-02"),
        a_learner("2026-01-31", kind=LearnerKind.EDUCATOR_IN_TRAINING),
    ),
    case(
        "the longer of two routes is the basis",
        "current B 2027-03-01",
        a_student("2025-01-01"),
        a_learner("2024-03-01"),
    ),
    case(
        "of equal ends the first route is named",
        "current A 2027-09-01",
        a_student("2026-01-31"),
        a_role("2026-01-31"),
    ),
    case(
        "a learner still here counts up to today",
        "current B 2026-12-31",
        a_student("2023-12-31"),
        a_learner(None, started_on=day("2026-02-01")),
    ),
]

ROUTE_C = [
    case("a lead's post held still", "current C 2027-09-01", a_role(None)),
    case("a role that ended within two years", "current C 2026-12-31", a_role("2024-12-31")),
    case("a role that ended two years and a day ago", "lapsed - 2026-09-06", a_role("2024-09-06")),
    case(
        "a role that begins next month is no evidence",
        "lapsed - -",
        a_role(None, started_on=day("2026-10-01")),
    ),
]

CASES = ROUTE_A + ROUTE_B + ROUTE_C


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.story)
def test_currency_is_as_the_guidance_says(case: Case) -> None:
    found = judged(case)
    assert f"{found.status} {found.basis or '-'} {found.current_until or '-'}" == case.verdict
