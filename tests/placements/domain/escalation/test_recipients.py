"""Who is told."""

from services.placements.domain.escalation.codes import Recipient
from services.placements.domain.escalation.recipients import Somebody, find
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel
from shared.ids import new_id
from tests.placements.policies import a_policy

POLICY = a_policy()
EARLY = POLICY.levels[ConcernLevel.EARLY_CONVERSATION]
R = Recipient


def somebody(role: Recipient, *, reachable: bool = True, deputy: Somebody | None = None) -> Somebody:
    return Somebody(new_id(), role, reachable, deputy)


def told(roster, *wanted: Recipient, about: ConcernAbout = ConcernAbout.WELLBEING):
    return find(POLICY, EARLY, about, wanted, roster)


def test_the_owner_of_an_early_conversation_is_the_educator():
    educator = somebody(R.PRACTICE_EDUCATOR)
    assert told({R.PRACTICE_EDUCATOR: (educator,)}, R.OWNER).people == (educator,)


def test_about_practice_education_it_is_the_tutor():
    tutor = somebody(R.TUTOR)
    roster = {R.PRACTICE_EDUCATOR: (somebody(R.PRACTICE_EDUCATOR),), R.TUTOR: (tutor,)}
    assert told(roster, R.OWNER, about=ConcernAbout.PRACTICE_EDUCATION).people == (tutor,)


def test_a_deputy_is_told_where_the_owner_has_no_address():
    deputy = somebody(R.PRACTICE_EDUCATOR)
    educator = somebody(R.PRACTICE_EDUCATOR, reachable=False, deputy=deputy)
    assert told({R.PRACTICE_EDUCATOR: (educator,)}, R.OWNER).people == (deputy,)


def test_the_ladder_adds_the_deputy_and_then_the_owners_lead():
    deputy = somebody(R.PRACTICE_EDUCATOR)
    educator = somebody(R.PRACTICE_EDUCATOR, deputy=deputy)
    lead = somebody(R.PRACTICE_EDUCATION_LEAD)
    roster = {R.PRACTICE_EDUCATOR: (educator,), R.PRACTICE_EDUCATION_LEAD: (lead,)}
    assert told(roster, R.OWNER, R.DEPUTY).people == (educator, deputy)
    assert told(roster, R.OWNERS_LEAD).people == (lead,)


def test_an_owner_without_a_deputy_is_no_gap_but_an_owner_nobody_can_reach_is():
    educator = somebody(R.PRACTICE_EDUCATOR)
    assert told({R.PRACTICE_EDUCATOR: (educator,)}, R.OWNER, R.DEPUTY).missing == ()
    assert told({}, R.OWNER, R.TUTOR).missing == (R.OWNER, R.TUTOR)


def test_somebody_with_two_roles_is_told_once():
    both = somebody(R.TUTOR)
    roster = {R.TUTOR: (both,), R.COORDINATOR: (both,)}
    assert told(roster, R.TUTOR, R.COORDINATOR).people == (both,)


def test_a_concern_about_discrimination_reaches_nobody_outside_its_route():
    roster = {
        role: (somebody(role),) for role in (R.STUDENT, R.TUTOR, R.PRACTICE_EDUCATOR, R.PROGRAMME_MANAGER)
    }
    everybody = (R.OWNER, R.STUDENT, R.TUTOR, R.PRACTICE_EDUCATOR, R.COORDINATOR, R.OWNERS_LEAD)
    found = told(roster, *everybody, about=ConcernAbout.DISCRIMINATION)
    assert {person.role for person in found.people} == {R.PROGRAMME_MANAGER, R.STUDENT}


def test_all_who_are_told_on_entering_a_level_start_with_its_owner():
    assert POLICY.told(EARLY, ConcernAbout.WELLBEING) == (R.PRACTICE_EDUCATOR, R.STUDENT, R.TUTOR)
    assert POLICY.told(EARLY, ConcernAbout.SETTING)[0] is R.TUTOR
