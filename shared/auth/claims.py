"""What an access token says (RFC 9068), and the rules about its times."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.auth.compact import BadToken
from shared.auth.principal import Principal

LONGEST_LIFE = 900
"""Seconds between `iat` and `exp`, at most."""

LEEWAY = 30
"""Seconds by which the issuer's clock and ours may differ."""

Text = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$")]
Seconds = Annotated[int, Field(ge=0, le=2**40)]
Role = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
ScopeList = Annotated[
    str, Field(max_length=4000, pattern=r"^([\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*)?$")
]


class AccessClaims(BaseModel):
    """The claims of an access token. Each has exactly one JSON type; claims not named here are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    iss: Text
    sub: Text
    aud: Text | Annotated[list[Text], Field(min_length=1, max_length=20)]
    exp: Seconds
    iat: Seconds
    nbf: Seconds = 0
    jti: Text
    client_id: Text
    scope: ScopeList
    """Scopes with single spaces between them (RFC 6749, section 3.3)."""
    partnership_id: UUID | None = None
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    roles: Annotated[list[Role], Field(max_length=32)] = []

    def names_audience(self, audience: str) -> bool:
        """Whether the token is meant for us."""
        return self.aud == audience if isinstance(self.aud, str) else audience in self.aud

    def check_times(self, now: float) -> None:
        """Refuse a token that is over, not yet begun, or made for over fifteen minutes (`now`: Unix time)."""
        if now >= self.exp + LEEWAY:
            raise BadToken("The token has expired.")
        if self.iat > now + LEEWAY:
            raise BadToken("The token was issued in the future.")
        if self.nbf > now + LEEWAY:
            raise BadToken("The token is not valid yet.")
        if not 0 < self.exp - self.iat <= LONGEST_LIFE:
            raise BadToken("The token lives longer than fifteen minutes.")

    def principal(self) -> Principal:
        """The caller these claims describe. Only a sister service may come without a partnership."""
        roles = frozenset(self.roles)
        if self.partnership_id is None and "service" not in roles:
            raise BadToken("The token names no partnership.")
        return Principal(
            subject=self.sub,
            client_id=self.client_id,
            partnership_id=self.partnership_id,
            organisation_id=self.organisation_id,
            person_id=self.person_id,
            roles=roles,
            scopes=frozenset(self.scope.split()),
        )


def claims_in(payload: bytes) -> AccessClaims:
    """The claims of a token's payload. A refusal names the first claim that is missing or malformed."""
    try:
        return AccessClaims.model_validate_json(payload)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        places = [str(fault["loc"][0]) for fault in faults if fault["loc"]]
        which = f"claim {places[0]}" if places else "content"
        raise BadToken(f"The token's {which} is missing or malformed.") from None
