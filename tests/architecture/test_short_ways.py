"""Reading stays quick only as long as routes are plain enough for the short way."""

import pytest

from services.educators.app import ROUTERS as EDUCATORS
from services.hubs.app import ROUTERS as HUBS
from services.placements.app import ROUTERS as PLACEMENTS
from shared.http.shortcut import shortcut_to


@pytest.mark.parametrize("routers", [PLACEMENTS, EDUCATORS, HUBS], ids=["placements", "educators", "hubs"])
def test_nearly_every_reading_route_has_a_short_way(routers):
    reading = [route for router in routers for route in router.routes if route.methods == {"GET"}]
    long = [route.path for route in reading if shortcut_to(route) is None]
    assert set(long) <= {"/v1/attendance", "/v1/reports/attendance", "/v1/reports/evaluation"}
