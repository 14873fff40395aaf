"""GOV.UK Notify as its public API describes it."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from services.placements.clients.govuk_notify import GovUkNotify
from services.placements.clients.mail import MailRefused, MailServerDown
from services.placements.settings import Settings
from services.placements.wiring import wire
from shared.clock import StoppedClock

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"a-key-with-hyphens-{SERVICE}-{SECRET}"
AT = datetime(2026, 9, 7, 9, tzinfo=UTC)


class Notify:
    """Answers as Notify does; keeps what it took by reference."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, object]] = {}
        self.status = 201
        self.delivery = "delivered"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = jwt.decode(
            request.headers["authorization"].removeprefix("Bearer "), OctKey.import_key(SECRET)
        )
        assert token.header == {"typ": "JWT", "alg": "HS256"}
        assert token.claims == {"iss": SERVICE, "iat": int(AT.timestamp())}
        if request.method == "GET":
            known = request.url.params["reference"] in self.taken
            return httpx.Response(200, json={"notifications": [{"status": self.delivery}] * known})
        if self.status == 201:
            body = json.loads(request.content)
            self.taken[body["reference"]] = body
        return httpx.Response(self.status, json={"id": SERVICE})


@pytest.fixture
def notify() -> Notify:
    return Notify()


async def send(notify: Notify) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(notify)) as http:
        mailer = GovUkNotify(http, "https://notify.example/", KEY, "template-1", clock=StoppedClock(AT))
        async with mailer.session() as session:
            await session.send("ada@example.org", "Case", "A link", message_id="m-1", at=AT)


async def test_a_message_is_posted_with_our_reference_and_nothing_else(notify):
    await send(notify)
    assert notify.taken == {
        "m-1": {
            "email_address": "ada@example.org",
            "template_id": "template-1",
            "personalisation": {"subject": "Case", "body": "A link"},
            "reference": "m-1",
        }
    }


async def test_a_message_that_notify_has_already_is_not_posted_again(notify):
    await send(notify)
    notify.status = 400
    await send(notify)


async def test_a_message_that_notify_could_not_deliver_is_refused_for_good(notify):
    await send(notify)
    notify.delivery = "permanent-failure"
    with pytest.raises(MailRefused) as refused:
        await send(notify)
    assert (refused.value.code, refused.value.for_good) == ("notify_permanent_failure", True)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_while_notify_is_not_itself_all_messages_wait(notify, status):
    notify.status = status
    with pytest.raises(MailServerDown):
        await send(notify)


async def test_a_message_that_is_bad_is_not_tried_again(notify):
    notify.status = 400
    with pytest.raises(MailRefused) as refused:
        await send(notify)
    assert refused.value.for_good


async def test_the_settings_choose_notify(placements_db, notify):
    async with httpx.AsyncClient(transport=httpx.MockTransport(notify)) as http:
        settings = {"database_url": placements_db.url, "notify_api_key": KEY}
        without = wire(Settings(**settings), db=placements_db, http=http).mail
        assert not without.is_configured
        whole = wire(Settings(**settings, notify_template_id="template-1"), db=placements_db, http=http).mail
        assert isinstance(whole, GovUkNotify)
        assert whole.is_configured
