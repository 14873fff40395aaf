"""A request for a token is read strictly, and refused in the words of OAuth 2."""

import base64

import pytest

from shared.auth.issuer.refusals import GrantRefused
from shared.auth.issuer.requests import BasicProof, read_request
from shared.ids import new_id

GOOD = b"grant_type=client_credentials"


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_a_request_says_who_asks_and_for_what():
    partnership = new_id()
    body = GOOD + f"&scope=hubs%3Aread+hubs:write&partnership_id={partnership}".encode()
    asked = read_request(body, basic("hubs%3A1:s%2Fe+c"))
    assert asked.proof == BasicProof("hubs:1", "s/e c")
    assert asked.scopes == frozenset({"hubs:read", "hubs:write"})
    assert asked.partnership_id == partnership


def test_a_field_without_a_value_was_not_sent():
    asked = read_request(GOOD + b"&scope=&partnership_id=", basic("a:b"))
    assert (asked.scopes, asked.partnership_id) == (None, None)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=password", "unsupported_grant_type"),
        (b"grant_type=", "invalid_request"),
        (GOOD + b"&grant_type=client_credentials", "invalid_request"),
        (GOOD + b"&client_secret=x", "invalid_request"),
        (GOOD + b"&client_assertion=x", "invalid_request"),
        (GOOD + b"&partnership_id=all", "invalid_request"),
        (GOOD + b"&client_id=somebody-else", "invalid_client"),
        (GOOD + b"&a=%ff", "invalid_request"),
        (GOOD + b"&a=\xff", "invalid_request"),
        (b"grant_type", "invalid_request"),
        (b"&".join(b"f%d=1" % number for number in range(30)), "invalid_request"),
        (GOOD + b"&a=" + b"x" * 16384, "invalid_request"),
    ],
)
def test_a_request_that_is_none_is_refused_in_the_words_of_oauth(body: bytes, error: str):
    with pytest.raises(GrantRefused) as refusal:
        read_request(body, basic("records:secret"))
    assert refusal.value.error == error
    assert refusal.value.response().status_code == (401 if error == "invalid_client" else 400)


@pytest.mark.parametrize("header", ["Basic !!!", "Basic cmVjb3Jkcw==", "Bearer cmVjb3Jkczp4", "Basic", ""])
def test_a_header_that_names_no_client_proves_nothing(header: str):
    with pytest.raises(GrantRefused) as refusal:
        read_request(GOOD, header)
    assert refusal.value.error == "invalid_client"
