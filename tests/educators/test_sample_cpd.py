from services.demo.caller import Caller
from services.demo.cpd import OFFERS, offer_cpd
from services.demo.partnership import Partnership
from tests.educators.callers import READ_WRITE
from tests.educators.cpd import Partners, good
from tests.principals import token_for


async def test_the_season_offers_three_activities_of_which_one_is_full(partners: Partners) -> None:
    token = token_for(partnership_id=partners.id, roles=["partnership"], scopes=READ_WRITE)
    office = Caller(partners.client, {"educators": ""}, "office", "", token)
    made = Partnership(
        organisations={"UNI-W": str(partners.university), "UNI-A": str(partners.university)},
        educators={str(each.id): str(each.id) for each in await partners.educators(12)},
    )
    await offer_cpd(office, made)
    listed = good(await partners.office.get("/v1/cpd-activities?status=open"))["items"]
    assert sorted((each["title"], each["booked"], each["waiting"]) for each in listed) == sorted(
        (body["title"], min(count, body.get("places", count)), max(0, count - body.get("places", count)))
        for _, count, body in OFFERS
    )
