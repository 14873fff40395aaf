from tests.educators.cpd import Partners, a_session, good

PATH = "/v1/reports/cpd-participation"


async def test_participation_is_counted_by_organisation_and_kind(partners: Partners) -> None:
    one, two, _ = await partners.educators(3)
    theirs = await partners.an_educator(partners.other)
    course = await partners.open(places=9)
    online = await partners.open(kind="online_session", price_pence=0, hours=1.5, sessions=[a_session(-1)])
    await partners.booked(course, one, two, theirs)
    await partners.booked(online, one)
    await partners.host.patch(course, {"price_pence": 9900})
    good(await partners.attendance(course, {one: "attended", two: "absent", theirs: "attended"}))
    good(await partners.attendance(online, {one: "attended"}))

    report = good(await partners.office.get(PATH))["organisations"]
    ours = next(each for each in report if each["organisation_id"] == str(partners.council))
    assert len(report) == 2
    assert (ours["n"], ours["activities"], ours["educators"], ours["hours"]) == (2, 2, 1, 7.0)
    assert (ours["spend_pence"], ours["all_educators"], ours["reach_percent"]) == (5000, 3, 33.3)
    assert [(each["kind"], each["n"], each["spend_pence"]) for each in ours["kinds"]] == [
        ("course", 1, 5000),
        ("online_session", 1, 0),
    ]
    own = good(await partners.system_of(partners.council).get(PATH))["organisations"]
    assert own == [ours]
    assert good(await partners.person(one).get(PATH))["organisations"] == []
    before = good(await partners.office.get(f"{PATH}?to=2026-11-04"))["organisations"]
    assert [(each["n"], each["spend_pence"]) for each in before] == [(1, 0)]

    text = (await partners.system_of(partners.council).get(f"{PATH}/csv")).text
    assert text.splitlines() == [
        "organisation_id,n,activities,educators,hours,spend_pence,kind",
        f"{partners.council},1,1,1,5.5,5000,course",
        f"{partners.council},1,1,1,1.5,0,online_session",
    ]
