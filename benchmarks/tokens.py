"""Access tokens for measurements: signed by an issuer of this run only, checked by the verifier that every service has."""

import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.auth.keys import FixedKeys
from shared.auth.scopes import SCOPES
from shared.auth.tokens import TokenVerifier
from shared.clock import SystemClock

ISSUER = "http://127.0.0.1/benchmarks"
AUDIENCE = "practicum"
LIFE = 890
"""Seconds a token is good for: one must last for one measurement."""


@dataclass(frozen=True)
class Issuer:
    """A key pair, made anew in every run."""

    key: ECKey

    @staticmethod
    def new() -> "Issuer":
        """An issuer nobody has heard of."""
        return Issuer(ECKey.generate_key("P-256", {"kid": "bench", "use": "sig", "alg": "ES256"}))

    def public(self) -> str:
        """What a service under measurement is told of the key."""
        return json.dumps(self.key.as_dict(private=False))

    def token(self, partnership_id: UUID) -> str:
        """A token of the partnership's office, with every scope."""
        now = int(SystemClock().now().timestamp())
        claims = {
            "iss": ISSUER,
            "sub": "office",
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + LIFE,
            "jti": uuid4().hex,
            "client_id": "office",
            "scope": " ".join(sorted(SCOPES)),
            "roles": ["partnership", "system"],
            "partnership_id": str(partnership_id),
        }
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": "bench"}, claims, self.key)


def verifier(public: str) -> TokenVerifier:
    """Judges this run's tokens exactly as in production, but for fetching the key."""
    key = ECKey.import_key(json.loads(public))
    return TokenVerifier([ISSUER], AUDIENCE, SystemClock(), FixedKeys({ISSUER: {"bench": key}}))
