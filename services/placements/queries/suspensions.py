"""Reading the reviews of a suspension, and the search for another placement with its log."""

from sqlalchemy import Uuid, and_, bindparam, or_, select

from services.placements.models.placements import Placement
from services.placements.models.suspensions import PlacementSearch, SearchEntry, SuspensionReview
from services.placements.queries.visibility import ORGANISATION, PARTNERSHIP, PERSON, PLACEMENTS, WIDE
from shared.http.reading import listing

_PLACEMENT_ID = bindparam("placement_id", type_=Uuid())

REVIEWS = listing(
    select(
        SuspensionReview.id,
        SuspensionReview.number,
        SuspensionReview.due_at,
        SuspensionReview.reviewed_at,
        SuspensionReview.result,
        SuspensionReview.reason,
        SuspensionReview.reviewed_by_role,
        SuspensionReview.over_at,
    )
    .join(Placement, Placement.id == SuspensionReview.placement_id)
    .where(PLACEMENTS, SuspensionReview.placement_id == _PLACEMENT_ID),
    SuspensionReview.id,
)
"""The reviews of a placement's suspensions, done and due."""

SEARCHED = and_(
    Placement.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        Placement.university_id == ORGANISATION,
        Placement.student_id == PERSON,
        Placement.tutor_person_id == PERSON,
    ),
)
"""A search is for the student, their tutor and university, and the office: a host does not see whom else they ask."""

_SEARCH = (
    select(
        PlacementSearch.id,
        PlacementSearch.placement_id,
        PlacementSearch.began_on,
        PlacementSearch.chase_at.label("next_entry_due_at"),
        PlacementSearch.lead_told_at,
        PlacementSearch.board_told_at,
        PlacementSearch.ended_at,
        PlacementSearch.ending,
        PlacementSearch.found_placement_id,
    )
    .join(Placement, Placement.id == PlacementSearch.placement_id)
    .where(SEARCHED, PlacementSearch.placement_id == _PLACEMENT_ID)
)
SEARCHES = listing(_SEARCH, PlacementSearch.id)
"""The searches for another placement for the student of one, the earliest first."""

SEARCH = _SEARCH.where(PlacementSearch.id == bindparam("id"))
"""One of them."""

ENTRIES = listing(
    select(
        SearchEntry.id,
        SearchEntry.on,
        SearchEntry.organisation_id,
        SearchEntry.setting_id,
        SearchEntry.result,
        SearchEntry.note,
        SearchEntry.at.label("logged_at"),
    )
    .join(PlacementSearch, PlacementSearch.id == SearchEntry.search_id)
    .join(Placement, Placement.id == PlacementSearch.placement_id)
    .where(SEARCHED, PlacementSearch.placement_id == _PLACEMENT_ID),
    SearchEntry.id,
)
"""The log of the searches for one student's placement, in order."""

SEEN = select(Placement.id).where(SEARCHED, Placement.id == _PLACEMENT_ID)
"""The placement, for those who see its searches."""
