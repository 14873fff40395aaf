from typing import Any

from services.educators.models.educators import Educator
from tests.educators.cpd import Partners, good, refused

SCORES = {"usefulness": 5, "quality": 4, "confidence_before": 2, "confidence_after": 4}
HIDDEN: dict[str, Any] = {"answered": None, "scales": None, "comments": []}


async def attended(partners: Partners, count: int) -> tuple[str, list[Educator]]:
    path = await partners.open(places=count + 1)
    educators = await partners.educators(count + 1)
    await partners.booked(path, *educators)
    said = dict.fromkeys(educators[:count], "attended") | {educators[-1]: "absent"}
    good(await partners.attendance(path, said))
    return path, educators


async def evaluate(partners: Partners, path: str, educator: Educator, **changes: Any) -> Any:
    return await partners.person(educator).post(f"{path}/evaluations", {**SCORES, **changes})


async def test_scores_are_shown_together_from_five_people_on(partners: Partners) -> None:
    path, educators = await attended(partners, 5)
    council = partners.system_of(partners.council)
    for n, educator in enumerate(educators[:4]):
        good(await evaluate(partners, path, educator, usefulness=n + 1, comment=f"Comment {9 - n}"))
    assert HIDDEN.items() <= good(await partners.host.get(f"{path}/evaluation")).items()
    good(await evaluate(partners, path, educators[4], usefulness=5))
    shown = good(await partners.host.get(f"{path}/evaluation"))
    assert (shown["attended"], shown["answered"]) == (5, 5)
    assert shown["scales"]["usefulness"] == {"mean": 3.0, "good_percent": 40.0}
    assert shown["scales"]["confidence_after"] == {"mean": 4.0, "good_percent": 100.0}
    assert shown["comments"] == [f"Comment {n}" for n in (6, 7, 8, 9)]
    assert good(await council.get(f"{path}/evaluation")) == shown | {"comments": []}
    assert not any(str(educator.id) in str(shown) for educator in educators)


async def test_only_who_was_there_evaluates_in_person_and_once(partners: Partners) -> None:
    path, educators = await attended(partners, 1)
    came, absent = educators
    refusals = [
        await partners.office.post(f"{path}/evaluations", SCORES),
        await partners.host.post(f"{path}/evaluations", SCORES),
        await evaluate(partners, path, absent),
    ]
    assert [refused(answer) for answer in refusals] == [(403, "was_not_there")] * 3
    kept = good(await evaluate(partners, path, came))
    assert SCORES.items() <= kept.items()
    assert refused(await evaluate(partners, path, came)) == (409, "evaluated_already")
    outside = [await evaluate(partners, path, came, quality=score) for score in (0, 6, 2.5, "4")]
    assert [answer.status_code for answer in outside] == [422] * 4
