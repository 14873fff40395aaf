"""A circle in which a student writes: who is around, and the reflection that only its student reads."""

from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from shared.ids import new_id
from tests.hubs.factories import COUNCIL, NORTH, SOUTH, Caller, Service, a_hub, a_member

PLANTED = "The heron at the window watched me fail to listen."
BODY = {"title": "Heron", "text": PLANTED, "pcf_domains": ["critical_reflection_and_analysis"]}


class Circle:
    """A hub with two members of two universities, its facilitator, and the educator of one of them."""

    def __init__(self, service: Service, hub: Hub, one: Membership, other: Membership) -> None:
        self.service = service
        self.hub = hub
        self.placement_id = one.placement_id
        self.student = service.person(one.student_id, "student", NORTH)
        self.other_student = service.person(other.student_id, "student", SOUTH)
        assert hub.facilitator_person_id is not None
        assert one.educator_id is not None
        self.facilitator = service.person(hub.facilitator_person_id, "facilitator", COUNCIL)
        self.educator = service.person(one.educator_id, "practice_educator", COUNCIL)

    def everybody_else(self) -> dict[str, Caller]:
        service = self.service
        return {
            "facilitator": self.facilitator,
            "educator": self.educator,
            "another student": self.other_student,
            "the student's university": service.university(NORTH),
            "another university": service.university(SOUTH),
            "the host": service.university(COUNCIL),
            "the office": service.office,
            "a programme manager": service.person(new_id(), "programme_manager", NORTH),
            "a sister service": service.caller(roles=["partnership", "service"]),
            "another partnership": service.caller(partnership_id=new_id(), roles=["partnership"]),
        }


async def a_circle(service: Service) -> Circle:
    """A circle that begins."""
    tenant = service.tenant
    hub = await a_hub(tenant, facilitator_person_id=new_id())
    one = await a_member(tenant, hub, university_id=NORTH, educator_id=new_id())
    other = await a_member(tenant, hub, university_id=SOUTH, educator_id=new_id())
    return Circle(service, hub, one, other)


async def written(circle: Circle) -> str:
    response = await circle.student("POST", "/v1/reflections", BODY)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])
