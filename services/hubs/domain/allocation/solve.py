"""The allocation, solved exactly with HiGHS: as many students as possible, then the fewest moves, then the least points."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput, Why
from services.hubs.domain.allocation.model import AllocationModel, Pair, build_model
from services.hubs.domain.allocation.nearness import Nearness, in_scheme

HALF = 0.5
"""Solvers answer 0.9999999 for yes."""


class AllocationNotProved(RuntimeError):
    """The solver did not prove its answer. Nothing is allocated."""


def allocate(students: Sequence[StudentInput], hubs: Sequence[HubInput]) -> tuple[Decision, ...]:
    """One decision for each student, in the order given. The order of the inputs does not matter to who goes where."""
    students_in_order = sorted(students, key=lambda student: student.placement_id)
    hubs_in_order = sorted(hubs, key=lambda hub: hub.id)
    model = build_model(students_in_order, hubs_in_order)
    chosen = _chosen(model, _moves(model, students_in_order, hubs_in_order)) if model.pairs else {}
    decided = _explained(students_in_order, hubs_in_order, model.pairs, chosen)
    return tuple(decided[student.placement_id] for student in students)


def _moves(model: AllocationModel, students: Sequence[StudentInput], hubs: Sequence[HubInput]) -> list[int]:
    """The pairs, by their columns, that would take a member out of the hub they are in."""
    return [
        column
        for column, (s, h) in enumerate(model.pairs)
        if students[s].current_hub_id not in {None, hubs[h].id}
    ]


def _chosen(model: AllocationModel, moves: Sequence[int]) -> dict[int, int]:
    """Student -> hub, by their places in the lists."""
    # HiGHS and numpy take 20 MB, which a process that never allocates need not pay.
    import highspy  # noqa: PLC0415 - loaded by who allocates

    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # it has no types
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
        highs.setOptionValue(option, value)
    # Costs are whole numbers: a gap below one is a proof.
    highs.setOptionValue("mip_abs_gap", 0.5)
    highs.passModel(_as_highs(model))
    size, optimal = len(model.columns.costs), highspy.HighsModelStatus.kOptimal
    placed = -round(_optimum(highs, optimal))
    _add_row(highs, placed, size, range(len(model.pairs)))
    if moves:
        _aim_at(highs, _ones_at(moves, size))
        _add_row(highs, 0, round(_optimum(highs, optimal)), moves)
    _aim_at(highs, model.columns.costs)
    _optimum(highs, optimal)
    values = highs.getSolution().col_value
    return {s: h for column, (s, h) in enumerate(model.pairs) if values[column] > HALF}


def _ones_at(columns: Sequence[int], size: int) -> list[float]:
    costs = [0.0] * size
    for column in columns:
        costs[column] = 1.0
    return costs


def _aim_at(highs: Any, costs: Sequence[float]) -> None:
    import numpy as np  # noqa: PLC0415 - see _chosen

    highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), np.array(costs, np.float64))


def _add_row(highs: Any, lower: float, upper: float, columns: Sequence[int]) -> None:
    """Bound the number of these columns that are chosen."""
    import numpy as np  # noqa: PLC0415 - see _chosen

    highs.addRow(lower, upper, len(columns), np.array(columns, np.int32), np.ones(len(columns)))


def _as_highs(model: AllocationModel) -> Any:
    """The model for HiGHS, with the first aim's costs: every student placed is worth one."""
    import highspy  # noqa: PLC0415 - see _chosen
    import numpy as np  # noqa: PLC0415 - see _chosen

    columns, rows, lp = model.columns, model.rows, highspy.HighsLp()
    size = len(columns.costs)
    lp.num_col_, lp.num_row_ = size, len(rows.lowers)
    lp.col_cost_ = np.array([-1.0] * len(model.pairs) + [0.0] * (size - len(model.pairs)))
    lp.col_lower_, lp.col_upper_ = np.zeros(size), np.array(columns.uppers)
    lp.row_lower_, lp.row_upper_ = np.array(rows.lowers), np.array(rows.uppers)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * size
    starts = np.cumsum([0, *(len(entries) for entries in columns.entries)])
    matrix = lp.a_matrix_
    matrix.format_, matrix.num_col_, matrix.num_row_ = highspy.MatrixFormat.kColwise, size, lp.num_row_
    matrix.start_ = starts.astype(np.int32)
    matrix.index_ = np.array([row for entries in columns.entries for row, _ in entries], np.int32)
    matrix.value_ = np.array([value for entries in columns.entries for _, value in entries], np.float64)
    return lp


def _optimum(highs: Any, optimal: Any) -> float:
    highs.run()
    status = highs.getModelStatus()
    if status != optimal:
        raise AllocationNotProved(highs.modelStatusToString(status))
    return float(highs.getInfo().objective_function_value)


def _explained(
    students: Sequence[StudentInput],
    hubs: Sequence[HubInput],
    pairs: Mapping[Pair, Nearness],
    chosen: Mapping[int, int],
) -> dict[UUID, Decision]:
    universities = [Counter(hub.members) for hub in hubs]
    for s, h in chosen.items():
        universities[h][students[s].university_id] += 1
    loads = [mix.total() for mix in universities]
    reach: list[dict[int, Nearness]] = [{} for _ in students]
    for (s, h), near in pairs.items():
        reach[s][h] = near
    decided = {}
    for s, student in enumerate(students):
        place = chosen.get(s)
        if place is None:
            decided[student.placement_id] = _decision(student, _why_none(student, hubs, reach[s], loads))
            continue
        near, hub = reach[s][place], hubs[place]
        decided[student.placement_id] = replace(
            _decision(student, _why_this(student, hubs, reach[s], loads, place)),
            hub_id=hub.id,
            distance_km=near.distance_km,
            members=loads[place],
            universities=len(universities[place]),
            facilitator_assesses=near.facilitator_assesses or None,
            moved_from=None if student.current_hub_id == hub.id else student.current_hub_id,
        )
    return decided


def _decision(student: StudentInput, why: Why) -> Decision:
    return Decision(placement_id=student.placement_id, student_id=student.student_id, hub_id=None, why=why)


def _why_this(
    student: StudentInput,
    hubs: Sequence[HubInput],
    reach: Mapping[int, Nearness],
    loads: Sequence[int],
    chosen: int,
) -> Why:
    if student.current_hub_id is not None:
        return Why.STAYS if hubs[chosen].id == student.current_hub_id else Why.MOVED
    nearest = min(reach, key=lambda h: (reach[h].points, loads[h] == 0))
    if reach[chosen].points <= reach[nearest].points:
        return Why.NEAREST_HUB
    nearer = [h for h in reach if reach[h].points < reach[chosen].points]
    full = all(loads[h] >= hubs[h].capacity.target for h in nearer)
    return Why.NEARER_HUB_FULL if full else Why.BETTER_BALANCE


def _why_none(
    student: StudentInput, hubs: Sequence[HubInput], reach: Mapping[int, Nearness], loads: Sequence[int]
) -> Why:
    if not hubs:
        return Why.NO_HUB
    if not any(in_scheme(student, hub) for hub in hubs):
        return Why.OUTSIDE_SCHEME
    if not reach:
        return Why.OUT_OF_REACH
    if all(loads[h] >= hubs[h].capacity.hard for h in reach):
        return Why.HUBS_FULL
    return Why.TOO_FEW
