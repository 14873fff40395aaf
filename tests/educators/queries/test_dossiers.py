"""Only records that can matter are read: whatever is left out, the answer is that of all records."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.educators.domain.case import PlacementShape
from services.educators.domain.codes import (
    EpisodeEnd,
    LearnerKind,
    PepsStage,
    PlacementLevel,
    RegisterStatus,
    Restriction,
    ReturnStepKind,
    RoleKind,
    SupportRole,
)
from services.educators.domain.currency import currency
from services.educators.domain.eligibility import decide
from services.educators.domain.evidence import (
    ActiveRole,
    CpdRecord,
    Evidence,
    LearnerEpisode,
    ManagerCheckIn,
    RegistrationCheck,
    ReturnStep,
    SupportEpisode,
)
from services.educators.domain.parameters import DEFAULT_PARAMETERS, Parameters
from services.educators.models import circumstances as also
from services.educators.models import educators, evidence
from services.educators.queries.dossiers import dossiers
from services.educators.queries.visibility import everything_of
from shared.db import Database
from shared.ids import new_id
from tests.educators.evidence import TODAY, an_educator
from tests.educators.factories import ADDED_AT

EDUCATORS = 60
DAYS = [date(2023, 2, 28), date(2025, 9, 1), TODAY, date(2026, 12, 14), date(2028, 2, 29)]
OWN = Parameters(window_a_months=12, planned_days_final=60, open_episode_months=3)


class Lot:
    """Evidence of one educator, drawn by lot around the days that are asked about."""

    def __init__(self, lot: Random) -> None:
        self.lot = lot

    def day(self) -> date:
        return self.lot.choice(DAYS) - timedelta(days=self.lot.randrange(-200, 1200))

    def span(self) -> tuple[date, date | None]:
        first = self.day()
        return first, self.lot.choice([None, first + timedelta(days=self.lot.randrange(400))])

    def few(self, most: int) -> range:
        return range(self.lot.randrange(most + 1))

    def student(self) -> SupportEpisode:
        first, last = self.span()
        return SupportEpisode(
            new_id(),
            self.lot.choice(list(PlacementLevel)),
            self.lot.choice([*[SupportRole.EDUCATOR_OF_RECORD] * 4, SupportRole.CO_EDUCATOR]),
            first,
            last,
            None if last else self.lot.choice([None, first + timedelta(days=150)]),
            self.lot.choice([None, 10, 40, 55, 100]),
            self.lot.choice([None, 0, 100]),
            self.lot.random() < 0.2,
            self.lot.choice([None, *EpisodeEnd]) if last else None,
        )

    def evidence(self) -> Evidence:
        choose = self.lot.choice
        return Evidence(
            TODAY,
            tuple(self.student() for _ in self.few(6)),
            tuple(
                LearnerEpisode(new_id(), choose(list(LearnerKind)), *self.span(), choose([True, False]))
                for _ in self.few(4)
            ),
            tuple(ActiveRole(new_id(), choose(list(RoleKind)), *self.span()) for _ in self.few(2)),
            tuple(CpdRecord(new_id(), self.day(), choose([True, False])) for _ in self.few(6)),
            tuple(ManagerCheckIn(new_id(), self.day(), choose([True, False])) for _ in self.few(3)),
            tuple(
                RegistrationCheck(
                    new_id(), self.day(), choose(list(RegisterStatus)), None, choose(list(Restriction))
                )
                for _ in self.few(3)
            ),
            return_steps=tuple(
                ReturnStep(new_id(), choose(list(ReturnStepKind)), self.day()) for _ in self.few(5)
            ),
        )


MODELS: dict[str, tuple[Any, dict[str, str], dict[str, Any]]] = {
    "support_episodes": (evidence.SupportEpisode, {}, {"source": "reported"}),
    "learner_episodes": (evidence.LearnerEpisode, {"kind": "learner_kind"}, {"source": "reported"}),
    "active_roles": (evidence.ActiveRole, {"kind": "role_kind"}, {}),
    "cpd_records": (evidence.CpdRecord, {}, {"source": "reported", "title": "A day"}),
    "manager_check_ins": (evidence.ManagerCheckIn, {}, {}),
    "registration_checks": (evidence.RegistrationCheck, {}, {}),
    "return_steps": (also.ReturnStep, {"kind": "step"}, {}),
}


async def kept(db: Database, partnership_id: UUID, lots: dict[UUID, Evidence]) -> None:
    async with db.begin() as session:
        mentor = next(iter(lots))
        whose = {"partnership_id": partnership_id, "created_at": ADDED_AT}
        versioned = {"updated_at": ADDED_AT, "version": 1}
        people = [
            {
                "id": id_,
                "organisation_id": mentor,
                "social_work_england_number": f"SW{n + 1}",
                "full_name": "Somebody",
                "mode": "on_site",
                "employment": "employed",
                "peps_stage": "stage_2",
                "currency_status": "unverified",
                "qualified_on": date(2010, 7, 1),
            }
            for n, id_ in enumerate(lots)
        ]
        await session.execute(insert(educators.Educator), [each | whose | versioned for each in people])
        for kind, (model, names, more) in MODELS.items():
            extra = {**whose, **more, **(versioned if hasattr(model, "version") else {})}
            if kind == "return_steps":
                extra["mentor_educator_id"] = mentor
            rows = [
                {names.get(name, name): value for name, value in record._asdict().items()}
                | extra
                | {"educator_id": id_}
                for id_, lot in lots.items()
                for record in getattr(lot, kind)
            ]
            await session.execute(insert(model), rows)


async def test_the_answer_is_that_of_all_records_on_every_day_and_under_any_parameters(
    educators_db: Database,
) -> None:
    partnership, lot = new_id(), Random(20260907)
    lots = {new_id(): Lot(lot).evidence() for _ in range(EDUCATORS)}
    first = next(iter(lots))
    lots[first] = Evidence(TODAY)
    await kept(educators_db, partnership, lots)
    statuses = set()
    for day in DAYS:
        async with educators_db.read() as connection:
            known = await dossiers(
                connection,
                everything_of(partnership),
                list(lots),
                DEFAULT_PARAMETERS,
                as_at=day,
                known_on=TODAY,
            )
        for parameters in (DEFAULT_PARAMETERS, OWN):
            found = known.under(parameters)
            for id_, whole in lots.items():
                expected = currency(PepsStage.STAGE_2, whole, parameters, day)
                assert found.currency_of(id_) == expected
                statuses.add((day, expected.status))
                shape = PlacementShape(PlacementLevel.FINAL, day, day + timedelta(days=120))
                educator = an_educator(id=id_)
                dossier = found.get(id_)
                assert dossier is not None
                assert decide(educator, dossier.evidence, parameters, shape) == decide(
                    educator, whole, parameters, shape
                )
    assert len(statuses) >= 3 * len(DAYS)
