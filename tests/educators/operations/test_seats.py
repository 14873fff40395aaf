import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.educators.domain.seats import EducatorFull
from services.educators.models.educators import Educator
from services.educators.models.seats import Seat
from services.educators.operations.authors import Author
from services.educators.operations.seats import SeatWanted, hold_seat, release_seat
from shared.db import Database
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from tests.educators.factories import a_seat_with, an_educator, the, told

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
TERM = (date(2026, 9, 21), date(2027, 2, 26))


def office(educator: Educator) -> Author:
    return Author(educator.partnership_id, None, wide=True)


def wanted(
    educator: Educator, placement_id: UUID | None = None, days: tuple[date, date] = TERM
) -> SeatWanted:
    return SeatWanted(placement_id or new_id(), educator.id, *days)


async def held(db: Database, educator: Educator, seat: SeatWanted) -> tuple[Seat, bool]:
    async with db.begin() as session:
        return await hold_seat(session, office(educator), seat, NOW)


async def test_of_eight_at_once_exactly_three_get_the_three_seats(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id(), max_concurrent=3)
    asked = [held(educators_db, educator, wanted(educator)) for _ in range(8)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, EducatorFull)]
    assert len(refused) == 5
    assert len(answers) - len(refused) == sum(isinstance(answer, tuple) for answer in answers) == 3
    assert len(await told(educators_db, "seat.held")) == 3


async def test_the_last_seat_is_given_once(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    await held(educators_db, educator, wanted(educator))
    with pytest.raises(EducatorFull):
        await held(educators_db, educator, wanted(educator))


async def test_two_at_once_for_one_placement_hold_one_seat(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    seat = wanted(educator)
    answers = await asyncio.gather(*(held(educators_db, educator, seat) for _ in range(4)))
    assert sorted(newly for _, newly in answers) == [False, False, False, True]
    assert len(await told(educators_db, "seat.held")) == 1


async def test_seats_before_and_after_one_another_share_a_place(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    await held(educators_db, educator, wanted(educator))
    after = (TERM[1] + timedelta(days=1), TERM[1] + timedelta(days=60))
    _, newly = await held(educators_db, educator, wanted(educator, days=after))
    assert newly


async def test_a_seat_moves_to_other_days_if_there_is_room(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    first = wanted(educator)
    await held(educators_db, educator, first)
    later = (date(2026, 10, 5), date(2027, 3, 12))
    seat, newly = await held(educators_db, educator, wanted(educator, first.placement_id, later))
    assert (seat.starts_on, seat.ends_on, seat.version, newly) == (*later, 2, False)


async def test_a_seat_moves_to_another_educator_and_frees_the_first(educators_db: Database) -> None:
    partnership = new_id()
    one, other = await an_educator(educators_db, partnership), await an_educator(educators_db, partnership)
    first = wanted(one)
    await held(educators_db, one, first)
    await held(educators_db, one, wanted(other, first.placement_id))
    _, newly = await held(educators_db, one, wanted(one))
    assert newly
    assert [type_ for type_, _ in await told(educators_db)] == [
        "seat.held",
        "seat.released",
        "seat.held",
        "seat.held",
    ]


async def test_a_full_educator_keeps_a_moving_seat_where_it_was(educators_db: Database) -> None:
    partnership = new_id()
    one, other = await an_educator(educators_db, partnership), await an_educator(educators_db, partnership)
    first = wanted(one)
    await held(educators_db, one, first)
    await held(educators_db, other, wanted(other))
    with pytest.raises(EducatorFull):
        await held(educators_db, one, wanted(other, first.placement_id))
    assert (await the(educators_db, Seat, placement_id=first.placement_id)).educator_id == one.id


async def test_a_released_seat_is_free_for_the_next_and_released_once(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    first = wanted(educator)
    await held(educators_db, educator, first)
    for _ in range(2):
        async with educators_db.begin() as session:
            await release_seat(session, office(educator), first.placement_id, NOW)
    _, newly = await held(educators_db, educator, wanted(educator))
    assert newly
    assert len(await told(educators_db, "seat.released")) == 1


async def test_a_placement_may_take_a_seat_again(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    seat = await a_seat_with(educators_db, educator, *TERM, released_at=NOW)
    again, newly = await held(educators_db, educator, wanted(educator, seat.placement_id))
    assert newly
    assert again.released_at is None


async def test_a_seat_that_never_was_cannot_be_released(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    async with educators_db.begin() as session:
        with pytest.raises(NotFound):
            await release_seat(session, office(educator), new_id(), NOW)


async def test_another_organisation_holds_no_seat(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    stranger = Author(educator.partnership_id, new_id(), wide=False)
    async with educators_db.begin() as session:
        with pytest.raises(Forbidden):
            await hold_seat(session, stranger, wanted(educator), NOW)


async def test_another_partnership_knows_no_such_educator(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    async with educators_db.begin() as session:
        with pytest.raises(NotFound):
            await hold_seat(session, Author(new_id(), None, wide=True), wanted(educator), NOW)


async def test_an_educator_with_fewer_seats_than_students_keeps_those_there_are(
    educators_db: Database,
) -> None:
    educator = await an_educator(educators_db, new_id(), max_concurrent=1)
    seats = [await a_seat_with(educators_db, educator, *TERM) for _ in range(2)]
    placement_id = seats[0].placement_id
    shorter = (TERM[0] + timedelta(days=7), TERM[1] - timedelta(days=7))
    seat, _ = await held(educators_db, educator, wanted(educator, placement_id, shorter))
    assert (seat.starts_on, seat.ends_on) == shorter
    with pytest.raises(EducatorFull) as refused:
        await held(educators_db, educator, wanted(educator, placement_id, TERM))
    assert refused.value.facts["full_on"] == TERM[0].isoformat()
    kept = await the(educators_db, Seat, placement_id=placement_id)
    assert (kept.starts_on, kept.ends_on, kept.released_at) == (*shorter, None)
    beyond = (shorter[0], TERM[1] + timedelta(days=7))
    with pytest.raises(EducatorFull):
        await held(educators_db, educator, wanted(educator, placement_id, beyond))
