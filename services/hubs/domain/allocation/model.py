"""The allocation as a flow: students to (hub, university) to hub, with costs that rise with every further member.

The k-th member of one university in a hub costs more than the one before, which mixes universities; seats up to a comfortable
size are worth something and seats beyond the target cost, which evens sizes. Only whether an empty hub opens is a yes or no;
for each set of open hubs the rest is a network, whose optimum is whole by itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.hubs.domain.allocation.inputs import HubInput, StudentInput
from services.hubs.domain.allocation.nearness import Nearness, nearness

SAME_UNIVERSITY = 6
"""Points for each member of the same university who is already there."""

MISSING_MEMBER = 100
"""Points for each member fewer than comfortable in a hub that runs: more than any one student's way."""

BEYOND_TARGET = 150
"""Points for each member beyond the target."""

INFINITE = float("inf")
Pair = tuple[int, int]
"""Places of a student and a hub in the lists."""


@dataclass(slots=True)
class Columns:
    """A model column by column: cost, upper bound, and entries as (row, value). All columns are whole and start at 0."""

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    entries: list[list[tuple[int, float]]] = field(default_factory=list)

    def add(self, cost: float, upper: float, entries: Iterable[tuple[int, float]]) -> int:
        """Add a column and return its number."""
        self.costs.append(cost)
        self.uppers.append(upper)
        self.entries.append(list(entries))
        return len(self.costs) - 1


@dataclass(slots=True)
class Rows:
    """Lower and upper bounds of the model's rows."""

    lowers: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)

    def add(self, lower: float, upper: float) -> int:
        """Add a row and return its number."""
        self.lowers.append(lower)
        self.uppers.append(upper)
        return len(self.lowers) - 1


@dataclass(slots=True)
class AllocationModel:
    """The whole model. `pairs` are its first columns, in order, with their nearness."""

    pairs: dict[Pair, Nearness]
    columns: Columns = field(default_factory=Columns)
    rows: Rows = field(default_factory=Rows)


def possible_pairs(students: Sequence[StudentInput], hubs: Sequence[HubInput]) -> dict[Pair, Nearness]:
    """Every student with every hub they could go to."""
    found: dict[Pair, Nearness] = {}
    for s, student in enumerate(students):
        for h, hub in enumerate(hubs):
            near = nearness(student, hub)
            if near is not None:
                found[(s, h)] = near
    return found


def build_model(students: Sequence[StudentInput], hubs: Sequence[HubInput]) -> AllocationModel:
    """The model of these students and hubs."""
    model = AllocationModel(possible_pairs(students, hubs))
    rows, columns = model.rows, model.columns
    one_hub = [rows.add(0, 1) for _ in students]
    mixes: dict[tuple[int, UUID], int] = {}
    wanted: Counter[tuple[int, UUID]] = Counter()
    for (s, h), near in model.pairs.items():
        key = (h, students[s].university_id)
        if key not in mixes:
            mixes[key] = rows.add(0, 0)
        wanted[key] += 1
        columns.add(near.points, 1, [(one_hub[s], 1), (mixes[key], 1)])
    loads = [rows.add(0, 0) for _ in hubs]
    for (h, university), row in mixes.items():
        there, room = hubs[h].members.count(university), max(0, hubs[h].capacity.hard - len(hubs[h].members))
        _add_mix(columns, row, loads[h], there=there, wanted=min(room, wanted[(h, university)]))
    for h, hub in enumerate(hubs):
        _add_seats(model, loads[h], hub)
    return model


def _add_mix(columns: Columns, row: int, load: int, *, there: int, wanted: int) -> None:
    for place in range(wanted):
        columns.add(SAME_UNIVERSITY * (there + place), 1, [(row, -1), (load, 1)])


def _add_seats(model: AllocationModel, load: int, hub: HubInput) -> None:
    seats = range(len(hub.members) + 1, hub.capacity.hard + 1)
    if hub.members:
        for seat in seats:
            model.columns.add(_seat_cost(hub, seat), 1, [(load, -1)])
        return
    opening: list[tuple[int, float]] = []
    for seat in seats:
        # The seats below the minimum are all taken or none is; the others need the hub to be open.
        row = model.rows.add(0 if seat <= hub.capacity.min else -INFINITE, 0)
        model.columns.add(_seat_cost(hub, seat), 1, [(load, -1), (row, 1)])
        opening.append((row, -1))
    model.columns.add(MISSING_MEMBER * hub.capacity.comfortable, 1, opening)


def _seat_cost(hub: HubInput, seat: int) -> int:
    if seat > hub.capacity.target:
        return BEYOND_TARGET
    return -MISSING_MEMBER if seat <= hub.capacity.comfortable else 0
