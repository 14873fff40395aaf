"""Questions about a policy, answered by matching the same frozen inputs again: orders, fairness, honesty, places to look for.

Every answer is said as soon as it is known. What a study may cost is bounded by the size of the round, never by the clock,
so that the same study has the same answer everywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.dictatorship import in_turn
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.outcome import outcome_of
from services.placements.domain.matching.policies import policies, under
from services.placements.domain.matching.recruitment import OneMore, candidates, confirmed, ranked
from services.placements.domain.matching.result import AimReached, Assignment
from services.placements.domain.matching.run import ground_of, matched
from services.placements.domain.matching.truncation import probe
from services.placements.domain.vocabulary import PolicyQuestion

Say = Callable[[PolicyQuestion, Any], None]
"""Told each question's answer, again whenever it has grown."""

Begun = Callable[[PolicyQuestion, int, int], None]
"""Told before each match: for which question, which match it is, and of how many."""

MOST_CANDIDATES, MOST_SAMPLED = 12, 20
"""The most candidates for recruitment that are confirmed, and the most students whose list is cut, in a small round."""

_CANDIDATE_REQUESTS, _SAMPLED_REQUESTS = 12_000, 4_000
"""How many requests all confirmations (all cut lists) may match together: a national round gets fewer of each."""


def share_of_work(most: int, least: int, work: int, requests: int) -> int:
    """Return how many further matches a round of this size gets."""
    return max(least, min(most, work // max(requests, 1)))


@dataclass(frozen=True, slots=True)
class Found:
    """What a study keeps of a match: nobody reads explanations of it, and what it was solved with is large."""

    aims: tuple[AimReached, ...]
    outcome: dict[str, int]
    assignments: tuple[Assignment, ...]


class Study:
    """One study of frozen inputs. Matches that several questions need are made once."""

    def __init__(self, inputs: MatchInputs, begun: Begun) -> None:
        self._inputs = inputs
        self._known: dict[tuple[AimCode, ...], Found] = {}
        self._begun = begun

    def answer(self, questions: set[PolicyQuestion], say: Say) -> None:
        """Answer the questions. Raises as `run_match` does."""
        for question in PolicyQuestion:
            if question in questions:
                for found in self._answers(question):
                    say(question, found)

    def _answers(self, question: PolicyQuestion) -> Iterator[Any]:
        return {
            PolicyQuestion.RECRUITMENT: self._recruitment,
            PolicyQuestion.ORDERS: self._orders,
            PolicyQuestion.STRATEGY_PROOF: self._strategy_proof,
            PolicyQuestion.TRUNCATION: self._truncation,
        }[question]()

    def _matched(self, inputs: MatchInputs) -> Found:
        aims = inputs.rules.aims
        if aims not in self._known:
            done = matched(ground_of(inputs))
            self._known[aims] = Found(done.aims, done.outcome, done.assignments)
        return self._known[aims]

    def _recruitment(self) -> Iterator[Any]:
        self._begun(PolicyQuestion.RECRUITMENT, 1, 1)
        result = self._matched(self._inputs)
        wanted = candidates(self._inputs, result.assignments)
        most = share_of_work(MOST_CANDIDATES, 3, _CANDIDATE_REQUESTS, len(self._inputs.requests))
        found: list[OneMore] = []
        tried = wanted[:most]
        for number, (each, waiting) in enumerate(tried, start=2):
            self._begun(PolicyQuestion.RECRUITMENT, number, 1 + len(tried))
            found.append(confirmed(self._inputs, result.aims, each, waiting))
            yield {
                "candidates": len(wanted),
                "tried": len(found),
                "items": [asdict(one) for one in ranked(found)],
            }
        if not wanted:
            yield {"candidates": 0, "tried": 0, "items": []}

    def _orders(self) -> Iterator[Any]:
        rows = []
        orders = list(policies(self._inputs.rules.aims))
        for number, policy in enumerate(orders, start=1):
            self._begun(PolicyQuestion.ORDERS, number, len(orders))
            result = self._matched(under(self._inputs, policy))
            rows.append(
                {
                    **asdict(policy),
                    "values": {
                        aim.code.value: aim.value for aim in result.aims if aim.code is not AimCode.LOTTERY
                    },
                    "outcome": result.outcome,
                }
            )
            yield list(rows)

    def _strategy_proof(self) -> Iterator[Any]:
        self._begun(PolicyQuestion.STRATEGY_PROOF, 1, 1)
        result = self._matched(self._inputs)
        chosen = in_turn(self._inputs)
        without = result.outcome["without_feasible_offer"]
        yield {"outcome": outcome_of(self._inputs, chosen, without), "beside": result.outcome}

    def _truncation(self) -> Iterator[Any]:
        self._begun(PolicyQuestion.TRUNCATION, 1, 1)
        result = self._matched(self._inputs)
        most = share_of_work(MOST_SAMPLED, 2, _SAMPLED_REQUESTS, len(self._inputs.requests))
        yield asdict(probe(self._inputs, result.assignments, most))
