"""Repairs and swaps: how a published result was changed, or a draft by hand, by whom and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.repairs import SwapReason
from services.placements.domain.vocabulary import RepairStatus
from services.placements.models.declarative import Tenanted, Versioned
from shared.declarative import a_list, one_of, within_tenant


class Repair(Versioned):
    """One computation of how a published round could be mended, in three ways side by side.

    `baseline` is a hash of the round as it stood when the computation began: what changed since makes the repair stale.
    `ways` holds, for each way, how many are placed, how many move, and the moves; `assignments` the
    whole results. `way` is the one that was asked for. `educators_as_of` is set when the educators service was silent and its
    last known answers were used: the age of the oldest.
    """

    __tablename__ = "repairs"

    round_id: Mapped[UUID]
    run_id: Mapped[UUID]
    status: Mapped[str]
    way: Mapped[str | None]
    baseline: Mapped[str | None]
    lost: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    ways: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    assignments: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    failure: Mapped[str | None]
    educators_as_of: Mapped[datetime | None]
    requested_by: Mapped[str]
    completed_at: Mapped[datetime | None]
    confirmed_way: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("round_id", "rounds"),
        within_tenant("run_id", "match_runs"),
        Index(None, "partnership_id", "round_id", "id"),
        one_of("status", RepairStatus),
        one_of("way", RepairWay),
        one_of("confirmed_way", RepairWay),
        a_list("lost"),
        a_list("ways"),
    )


class Swap(Tenanted):
    """Moves that a coordinator made by hand in one run, with the reason, and the aims before and after. Never changed."""

    __tablename__ = "swaps"

    run_id: Mapped[UUID]
    reason_code: Mapped[str]
    moves: Mapped[list[dict[str, Any]]]
    aims: Mapped[list[dict[str, Any]]]
    made_by: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("run_id", "match_runs"),
        Index(None, "partnership_id", "run_id", "id"),
        one_of("reason_code", SwapReason),
        a_list("moves"),
        a_list("aims"),
    )
