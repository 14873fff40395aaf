"""The rules of a round on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator

from services.placements.api.shapes import SAMPLE_ID, Minutes
from services.placements.domain.matching.codes import DEFAULT_AIMS, MINIMISED_AIMS, AimCode, ContrastFactor
from services.placements.domain.rounds import EducatorsDown
from shared.http.wire import Code, Wire, like


class Agreement(Wire):
    """A university and an organisation that work together."""

    university_id: UUID
    organisation_id: UUID


class Cap(Wire):
    """The most students a setting or an organisation takes in this round, over all its offers."""

    kind: Literal["setting", "organisation"]
    id: UUID
    seats: Annotated[int, Field(ge=0, le=10_000)]


class Rules(Wire):
    """What the partnership chose for a round."""

    model_config = like(
        contrast=["directorate"],
        statutory_required=True,
        travel_cap_minutes=90,
        aims=[aim.value for aim in DEFAULT_AIMS],
        lottery_seed="autumn-2026",
        agreements=None,
        caps=[{"kind": "setting", "id": SAMPLE_ID, "seats": 2}],
        educators_down="use_last_known",
    )

    contrast: Annotated[list[ContrastFactor], Field(max_length=3)] = Field(default_factory=list)
    """In what a placement must bring something new after the student's previous ones."""

    statutory_required: bool = False
    """Whether a final placement must be in a statutory setting."""

    travel_cap_minutes: Minutes | None = None
    """The longest journey one way the round allows anybody."""

    aims: Annotated[list[AimCode], Field(min_length=2, max_length=len(AimCode))] = Field(
        default_factory=lambda: list(DEFAULT_AIMS)
    )
    """What is made optimal, in this strict order. `placed` comes before whatever is minimised, `lottery` last."""

    lottery_seed: Code | None = None
    """Published before the run, so that anybody can recompute who drew what; null means the round's id."""

    agreements: Annotated[list[Agreement], Field(max_length=5000)] | None = None
    """Who works together; null means everybody with everybody."""

    caps: Annotated[list[Cap], Field(max_length=5000)] = Field(default_factory=list)
    educators_down: EducatorsDown = EducatorsDown.REFUSE
    """What becomes of a run while the educators service is silent."""

    @field_validator("aims")
    @classmethod
    def _in_an_order_that_has_one_result(cls, aims: list[AimCode]) -> list[AimCode]:
        if len(set(aims)) != len(aims):
            raise ValueError("must not name an aim twice")
        if aims[-1] is not AimCode.LOTTERY:
            raise ValueError("must end with lottery, or the result would hang on the order of the input")
        first_minimised = next(at for at, aim in enumerate(aims) if aim in MINIMISED_AIMS)
        if AimCode.PLACED not in aims[:first_minimised]:
            raise ValueError(
                "must name placed before an aim that is minimised: placing nobody would serve it best"
            )
        return aims
