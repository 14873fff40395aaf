"""The allocation as a flow: students to (hub, programme) to (hub, university) to hub; each further member costs more.

The k-th member of one university (or programme) in a hub costs more than the one before, which mixes them; seats up to a
comfortable size are worth something and seats beyond the target cost, which evens sizes. Only whether an empty hub opens is
a yes or no; for each set of open hubs the rest is a network, whose optimum is whole by itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.hubs.domain.allocation.inputs import HubInput, StudentInput
from services.hubs.domain.allocation.nearness import Nearness, nearness

SAME_UNIVERSITY = 6
"""Points for each member of the same university who is already there."""

SAME_PROGRAMME = 2
"""Points for each member of the same programme who is already there, beside those for the university."""

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

    def mix(self, into: int, *, there: int, wanted: int, points: int) -> int:
        """A row in which people of one kind gather on their way to row `into`, each dearer than the one before."""
        row = self.rows.add(0, 0)
        for place in range(wanted):
            self.columns.add(points * (there + place), 1, [(row, -1), (into, 1)])
        return row


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
    """The model of these students and hubs. Who has a hub keeps one."""
    model = AllocationModel(possible_pairs(students, hubs))
    for s, h in model.pairs:
        model.columns.add(model.pairs[s, h].points, 1, ())
    one_hub = [model.rows.add(0 if student.current_hub_id is None else 1, 1) for student in students]
    loads = [model.rows.add(0, 0) for _ in hubs]
    gathering = _gathering(model, students, hubs, loads)
    for column, (s, h) in enumerate(model.pairs):
        student = students[s]
        row = gathering[h, student.university_id, student.programme_id]
        model.columns.entries[column] = [(one_hub[s], 1), (row, 1)]
    for h, hub in enumerate(hubs):
        _add_seats(model, loads[h], hub)
    return model


Group = tuple[int, UUID, UUID | None]
"""A hub's place in the list, a university, and one of its programmes (None: not known)."""


def _gathering(
    model: AllocationModel, students: Sequence[StudentInput], hubs: Sequence[HubInput], loads: Sequence[int]
) -> dict[Group, int]:
    """The row at which the members of each group arrive. Where the programme is not known, only the university counts."""
    wanted = Counter((h, students[s].university_id) for s, h in model.pairs)
    groups = Counter((h, students[s].university_id, students[s].programme_id) for s, h in model.pairs)
    room = [max(0, hub.capacity.hard - len(hub.members)) for hub in hubs]
    universities = {
        (h, university): model.mix(
            loads[h],
            there=hubs[h].members.count(university),
            wanted=min(room[h], count),
            points=SAME_UNIVERSITY,
        )
        for (h, university), count in wanted.items()
    }
    rows: dict[Group, int] = {}
    for (h, university, programme), count in groups.items():
        row = universities[h, university]
        if programme is not None:
            there = hubs[h].programmes.count(programme)
            row = model.mix(row, there=there, wanted=min(room[h], count), points=SAME_PROGRAMME)
        rows[h, university, programme] = row
    return rows


def _add_seats(model: AllocationModel, load: int, hub: HubInput) -> None:
    seats = range(len(hub.members) + 1, hub.capacity.hard + 1)
    if hub.runs:
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
