"""What the hard rules say about a request, all at once: a set of rules per offer, and the waterfall of what each removed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import RuleCode
from services.placements.domain.matching.result import RuleCount

Allowed = npt.NDArray[np.bool_]
"""One truth per offer, in the canonical order of the offers."""

Bits = npt.NDArray[np.int64]
"""One set of rules per offer, a bit for each rule."""

RULES = tuple(RuleCode)
BIT = {code: 1 << at for at, code in enumerate(RULES)}
"""Each rule's bit, in the fixed order: the lowest bit that is set is the first rule that forbids."""

_EVERY = np.arange(1 << len(RULES))
_IS_SET = (_EVERY[:, None] >> np.arange(len(RULES))) & 1
NUMBER_AGAINST = _IS_SET.sum(axis=1)
FIRST_AGAINST = np.where(NUMBER_AGAINST > 0, _IS_SET.argmax(axis=1), len(RULES))
"""For each set of rules how many there are, and the position of the first (one after the last for none)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say about one request: for each offer the bits of the rules that forbid it."""

    against: Bits

    @property
    def feasible(self) -> Allowed:
        """Which offers no rule forbids."""
        open_: Allowed = self.against == 0
        return open_

    def first_against(self, offers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the position of the first rule that forbids each of these offers; one after the last for none."""
        first: npt.NDArray[np.int64] = FIRST_AGAINST[self.against[offers]]
        return first

    def only_against(self) -> npt.NDArray[np.int64]:
        """Return the position of the only rule that forbids each offer; -1 where there is none, or more than one."""
        only: npt.NDArray[np.int64] = np.where(
            NUMBER_AGAINST[self.against] == 1, FIRST_AGAINST[self.against], -1
        )
        return only

    def rules_against(self, offer: int) -> tuple[RuleCode, ...]:
        """Return every rule that forbids the offer, in the fixed order."""
        bits = int(self.against[offer])
        return tuple(code for code in RULES if bits & BIT[code])

    @property
    def waterfall(self) -> tuple[RuleCount, ...]:
        """Return what each rule removed in the fixed order, and what it forbids by itself."""
        counts = np.bincount(self.against, minlength=len(_EVERY))
        kinds = np.flatnonzero(counts)
        times, first = counts[kinds], FIRST_AGAINST[kinds]
        single, size = NUMBER_AGAINST[kinds] == 1, len(RULES) + 1
        removed = np.bincount(first, times, size).astype(np.int64)
        alone = np.bincount(first[single], times[single], size).astype(np.int64).tolist()
        forbids = (times @ _IS_SET[kinds]).tolist()
        remaining = (len(self.against) - np.cumsum(removed)).tolist()
        removed_by = removed.tolist()
        return tuple(
            RuleCount(
                code=code,
                removed=removed_by[at],
                remaining=remaining[at],
                forbids=forbids[at],
                alone=alone[at],
            )
            for at, code in enumerate(RULES)
        )
