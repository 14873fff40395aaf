"""What a timeline says while a student waits: of suspensions and their reviews, and of the search for another placement."""

from collections.abc import Mapping

from services.placements.domain.lifecycle import Step
from services.placements.domain.suspensions import Asked, ReviewResult, SearchEnd

PLACEMENT: Mapping[Step, str] = {
    Step.PAUSE: "The placement was paused.",
    Step.SUSPENSION: "The placement was suspended.",
    Step.RESUMPTION: "The placement goes on again.",
    Step.EARLY_END: "The placement ended early.",
    Step.COMPLETION: "The placement was completed.",
    Step.CANCELLATION: "The placement was cancelled.",
}
"""Steps of the placement itself that belong to the story of a concern."""

REVIEWED: Mapping[ReviewResult, str] = {
    ReviewResult.GOES_ON: "The suspension was reviewed: it goes on.",
    ReviewResult.TO_BE_LIFTED: "The suspension was reviewed: there is no reason for it any more.",
    ReviewResult.TO_BE_ENDED: "The suspension was reviewed: the placement is to be ended.",
}

REVIEW = "The suspension is reviewed"
REVIEW_LATE = "The review of the suspension was due, and nobody had done it."
REVIEW_MISSED = "Coordinator and tutor are reminded, then the programme manager too."

SEARCH_BEGAN = "The search for another placement began."
SEARCH_ENTRY = "The search for another placement has a new entry"
SEARCH_LATE = "Nothing was logged of the search for another placement for five working days."
SEARCH_MISSED = "Coordinator and tutor are reminded; after 20 working days in all the programme manager, after 40 the board."
SEARCH_LONG = "The search for another placement has lasted {days} working days."

ASKED: Mapping[Asked, str] = {
    Asked.WAITING: "A place was asked for; the answer is awaited.",
    Asked.OFFERED: "A place was asked for and offered.",
    Asked.DECLINED: "A place was asked for and declined.",
    Asked.NOT_SUITABLE: "A place was looked at and is not suitable.",
    Asked.NONE_ASKED: "Nobody could be asked for a place.",
}

SEARCH_ENDED: Mapping[SearchEnd, str] = {
    SearchEnd.FOUND: "The search ended: another placement was found.",
    SearchEnd.NOT_NEEDED: "The search ended: no other placement is needed.",
    SearchEnd.STUDENT_WITHDREW: "The search ended: the student withdrew.",
}
