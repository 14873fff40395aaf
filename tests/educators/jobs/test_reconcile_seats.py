from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from services.educators.clients.placements import Placements
from services.educators.jobs.reconcile_seats import reconcile_seats
from services.educators.models.educators import Educator
from services.educators.models.seats import Seat
from services.educators.operations.authors import Author
from services.educators.operations.placement_changes import take_in
from services.educators.operations.seats import SeatWanted, hold_seat
from shared.clock import StoppedClock
from shared.db import Database
from shared.events.change import Change
from shared.http.sister import Sister, SisterDown
from shared.ids import new_id
from tests.educators.factories import an_educator, the, told
from tests.educators.sisters import FixedTokens

TERM = (date(2026, 9, 21), date(2027, 2, 26))
NO_SUCH_PLACEMENT = {"code": "not_found", "status": 404}
PROBLEM = {"content-type": "application/problem+json"}


@dataclass
class SomePlacements:
    """The placements service, that knows how these placements stand; `meanwhile` happens before it answers."""

    statuses: dict[UUID, str] = field(default_factory=dict)
    asked: list[UUID] = field(default_factory=list)
    refuses: set[UUID] = field(default_factory=set)
    down: bool = False
    meanwhile: SeatWanted | None = None
    db: Database | None = None
    at: datetime | None = None

    async def answer(self, request: httpx.Request) -> httpx.Response:
        placement_id = UUID(request.url.path.rpartition("/")[2])
        self.asked.append(placement_id)
        if self.meanwhile and self.db and self.at:
            await hold(self.db, self.meanwhile, self.at)
        if self.down:
            return httpx.Response(503)
        if placement_id in self.refuses:
            return httpx.Response(200, text="no JSON")
        if placement_id not in self.statuses:
            return httpx.Response(404, json=NO_SUCH_PLACEMENT, headers=PROBLEM)
        return httpx.Response(200, json={"id": str(placement_id), "status": self.statuses[placement_id]})


PARTNERSHIP = new_id()


async def hold(db: Database, wanted: SeatWanted, now: datetime) -> None:
    async with db.begin() as session:
        await hold_seat(session, Author(PARTNERSHIP, None, wide=True), wanted, now)


async def a_hold(db: Database, clock: StoppedClock, educator: Educator | None = None) -> SeatWanted:
    educator = educator or await an_educator(db, PARTNERSHIP)
    wanted = SeatWanted(new_id(), educator.id, *TERM)
    await hold(db, wanted, clock.now())
    return wanted


async def swept(db: Database, clock: StoppedClock, placements: SomePlacements, *, at_once: int = 100) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(placements.answer)) as http:
        sister = Sister("placements", "http://placements.test", http, FixedTokens(), attempts=1)
        await reconcile_seats(db, Placements(sister), clock, at_once=at_once)


async def seat_of(db: Database, wanted: SeatWanted) -> Seat:
    return await the(db, Seat, placement_id=wanted.placement_id)


async def test_a_seat_is_asked_about_when_its_confirmation_is_a_quarter_of_an_hour_late(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    wanted = await a_hold(educators_db, stopped_clock)
    placements = SomePlacements({wanted.placement_id: "proposed"})
    stopped_clock.move(timedelta(minutes=15))
    await swept(educators_db, stopped_clock, placements)
    assert placements.asked == []
    stopped_clock.move(timedelta(seconds=1))
    for _ in range(2):
        await swept(educators_db, stopped_clock, placements)
    assert placements.asked == [wanted.placement_id]
    assert (await seat_of(educators_db, wanted)).released_at == stopped_clock.now()
    assert len(await told(educators_db, "seat.released")) == 1


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        *[(status, True) for status in ("confirmed", "active", "paused", "suspended")],
        *[(status, False) for status in ("proposed", "cancelled", "completed", "ended_early", None)],
    ],
)
async def test_a_seat_is_kept_for_a_placement_that_goes_ahead_and_given_back_otherwise(
    educators_db: Database, stopped_clock: StoppedClock, status: str | None, *, kept: bool
) -> None:
    wanted = await a_hold(educators_db, stopped_clock)
    placements = SomePlacements({wanted.placement_id: status} if status else {})
    stopped_clock.move(timedelta(hours=1))
    for _ in range(2):
        await swept(educators_db, stopped_clock, placements)
    seat = await seat_of(educators_db, wanted)
    assert (seat.released_at is None, seat.confirmed_at is not None) == (kept, kept)
    assert placements.asked == [wanted.placement_id]


async def test_while_placements_does_not_answer_every_seat_is_kept(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    wanted = await a_hold(educators_db, stopped_clock)
    stopped_clock.move(timedelta(hours=1))
    with pytest.raises(SisterDown):
        await swept(educators_db, stopped_clock, SomePlacements(down=True))
    assert (await seat_of(educators_db, wanted)).released_at is None


async def test_a_seat_that_is_asked_for_again_while_placements_is_asked_is_kept(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    wanted = await a_hold(educators_db, stopped_clock)
    stopped_clock.move(timedelta(hours=1))
    just_confirming = SomePlacements(
        {wanted.placement_id: "proposed"}, meanwhile=wanted, db=educators_db, at=stopped_clock.now()
    )
    await swept(educators_db, stopped_clock, just_confirming)
    assert just_confirming.asked == [wanted.placement_id]
    assert (await seat_of(educators_db, wanted)).released_at is None


async def test_a_confirmation_that_comes_after_all_holds_again(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    wanted = await a_hold(educators_db, stopped_clock)
    stopped_clock.move(timedelta(hours=1))
    await swept(educators_db, stopped_clock, SomePlacements())
    await hold(educators_db, wanted, stopped_clock.now())
    seat = await seat_of(educators_db, wanted)
    assert (seat.released_at, seat.confirmed_at) == (None, None)


async def test_news_of_a_confirmation_takes_the_doubt_away(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    wanted = await a_hold(educators_db, stopped_clock)
    confirmed = Change(
        position=1,
        id=new_id(),
        type="placement.confirmed",
        subject_id=wanted.placement_id,
        partnership_id=PARTNERSHIP,
        occurred_at=stopped_clock.now(),
        data={},
    )
    for _ in range(2):
        async with educators_db.begin() as session:
            await take_in(session, confirmed, clock=stopped_clock)
    placements = SomePlacements()
    stopped_clock.move(timedelta(hours=1))
    await swept(educators_db, stopped_clock, placements)
    assert placements.asked == []
    seat = await seat_of(educators_db, wanted)
    assert (seat.version, seat.released_at, seat.confirmed_at is not None) == (2, None, True)


async def test_one_seat_that_cannot_be_settled_does_not_keep_the_others(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    seats = [await a_hold(educators_db, stopped_clock) for _ in range(5)]
    placements = SomePlacements(refuses={seats[0].placement_id, seats[1].placement_id})
    stopped_clock.move(timedelta(hours=1))
    await swept(educators_db, stopped_clock, placements, at_once=2)
    released = [(await seat_of(educators_db, wanted)).released_at is not None for wanted in seats]
    assert released == [False, False, True, True, True]
