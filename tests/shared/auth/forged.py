"""Tokens that are not certainly good: forged, expired, or confused with something else."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from joserfc import jwe, jws, jwt
from joserfc.jwk import ECKey, RSAKey

from shared.auth.keys import PublicKey
from shared.clock import StoppedClock
from shared.ids import new_id
from tests.principals import TEST_AUDIENCE, TEST_ISSUER, TEST_KEY, claims_for
from tests.shared.auth.forging import (
    GOOD_HEADER,
    der_signature,
    encoded,
    jose_signature,
    put_together,
    unsigned,
)

OTHER_ISSUER = "https://other.test"
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "other-key", "use": "sig"})
RSA_KEY = RSAKey.generate_key(2048, {"kid": "rsa-key", "use": "sig"})
PARTNERSHIP = new_id()
NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
SECONDS = int(NOW.timestamp())

Claims = dict[str, Any]


def public(key: ECKey | RSAKey) -> PublicKey:
    return type(key).import_key(key.as_dict(private=False))


def the_keys() -> dict[str, dict[str, PublicKey]]:
    return {
        TEST_ISSUER: {"test-key": public(TEST_KEY), "rsa-key": public(RSA_KEY)},
        OTHER_ISSUER: {"other-key": public(OTHER_KEY)},
    }


def claims(**changes: Any) -> Claims:
    """Good claims, with some changed; None takes a claim away."""
    good = claims_for(
        partnership_id=PARTNERSHIP, roles=["system"], scopes=["hubs:read"], clock=StoppedClock(NOW)
    )
    return {name: value for name, value in (good | changes).items() if value is not None}


def token(header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token whose signature is right; a header or a claim given as None is left out."""
    protected = {
        name: value for name, value in {**GOOD_HEADER, **(header or {})}.items() if value is not None
    }
    return put_together(protected, claims(**changes))


def with_raw_claims(replace: str, by: str) -> str:
    return put_together(GOOD_HEADER, json.dumps(claims()).replace(replace, by).encode())


def keyed_hash(secret: bytes) -> str:
    text = unsigned({**GOOD_HEADER, "alg": "HS256"}, claims())
    return f"{text}.{encoded(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def changed_after_signing() -> str:
    header, _, signature = token().split(".")
    return f"{header}.{unsigned({}, claims(roles=['partnership'])).split('.')[1]}.{signature}"


def last_bit_flipped() -> str:
    text = unsigned(GOOD_HEADER, claims())
    signature = bytearray(jose_signature(text))
    signature[-1] ^= 1
    return f"{text}.{encoded(bytes(signature))}"


def der_signed() -> str:
    text = unsigned(GOOD_HEADER, claims())
    return f"{text}.{encoded(der_signature(text))}"


def zero_signature() -> str:
    return f"{unsigned(GOOD_HEADER, claims())}.{encoded(bytes(64))}"


def encrypted_to_our_key() -> str:
    header = {"alg": "ECDH-ES", "enc": "A128GCM", "typ": "at+jwt", "kid": "test-key"}
    recipient = ECKey.import_key({**TEST_KEY.as_dict(private=False), "use": "enc", "alg": "ECDH-ES"})
    return jwe.encrypt_compact(header, json.dumps(claims()), recipient, algorithms=["ECDH-ES", "A128GCM"])


def json_serialised() -> str:
    return json.dumps(jws.serialize_json({"protected": dict(GOOD_HEADER)}, json.dumps(claims()), TEST_KEY))


def rsa_signed(algorithm: str) -> str:
    header = {**GOOD_HEADER, "alg": algorithm, "kid": "rsa-key"}
    return jwt.encode(header, claims(), RSA_KEY, algorithms=[algorithm])


ATTACKER = ECKey.generate_key("P-256", {"kid": "test-key"})
FORGED: dict[str, dict[str, Callable[[], str]]] = {
    "The token is signed with an algorithm that is not accepted here.": {
        "not signed at all (alg none)": lambda: unsigned({**GOOD_HEADER, "alg": "none"}, claims()) + ".",
        "alg none in odd letters": lambda: unsigned({**GOOD_HEADER, "alg": "nOnE"}, claims()) + ".",
        "alg none over a good signature": lambda: token({"alg": "none"}),
        "public key used as an HMAC secret, as PEM": lambda: keyed_hash(public(TEST_KEY).as_pem()),
        "public key used as an HMAC secret, as JWK": lambda: keyed_hash(
            json.dumps(TEST_KEY.as_dict(private=False)).encode()
        ),
        "HMAC with an empty secret": lambda: keyed_hash(b""),
        "algorithm of another curve": lambda: token({"alg": "ES384"}),
        "RSA with a hash that is not accepted": lambda: rsa_signed("RS512"),
    },
    "The token is not a signed JWT in compact form.": {
        "alg missing": lambda: token({"alg": None}),
        "expiry NaN": lambda: with_raw_claims(f'"exp": {SECONDS + 600}', '"exp": NaN'),
        "expiry of 5,000 digits": lambda: with_raw_claims(f'"exp": {SECONDS + 600}', '"exp": ' + "9" * 5000),
        "payload not encoded (b64 false)": lambda: token({"b64": False, "crit": ["b64"]}),
        "two parts only": lambda: token().rpartition(".")[0],
        "a part too many": lambda: token() + ".e30",
        "encrypted (JWE)": encrypted_to_our_key,
        "in JSON form": json_serialised,
        "nothing": lambda: "",
        "two dots": lambda: "..",
        "base64 of the other alphabet": lambda: token().replace(".", "+.", 1),
        "header not JSON": lambda: put_together(b"alg: ES256", claims()),
        "header a string": lambda: put_together(b'"alg b64 kid typ"', claims()),
        "header naming alg twice": lambda: put_together(
            b'{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"test-key"}', claims()
        ),
        "header nested without end": lambda: put_together(b"[" * 5000, claims()),
        "payload not JSON": lambda: put_together(GOOD_HEADER, b"hello"),
        "payload a list": lambda: put_together(GOOD_HEADER, json.dumps([claims()]).encode()),
        "payload not UTF-8": lambda: put_together(GOOD_HEADER, b'{"iss":"\xff"}'),
        "payload nested without end": lambda: put_together(GOOD_HEADER, b"[" * 5000),
        "a claim named twice": lambda: with_raw_claims('"sub"', '"roles": ["partnership"], "sub"'),
    },
    "The token has a header that is not accepted here.": {
        "alg not a string": lambda: token({"alg": ["ES256"]}),
        "key named by a list": lambda: token({"kid": ["test-key"]}),
        "key brought along (jwk)": lambda: put_together(
            {**GOOD_HEADER, "jwk": ATTACKER.as_dict(private=False)}, claims(), ATTACKER
        ),
        "key to be fetched (jku)": lambda: put_together(
            {**GOOD_HEADER, "jku": "https://evil.test/jwks"}, claims(), ATTACKER
        ),
        "certificate to be fetched (x5u)": lambda: token({"x5u": "https://evil.test/cert"}),
        "certificate brought along (x5c)": lambda: token({"x5c": ["MIIB"]}),
        "something critical": lambda: token({"crit": ["exp"], "exp": SECONDS}),
        "compressed": lambda: token({"zip": "DEF"}),
        "nested": lambda: token({"cty": "JWT"}),
    },
    "The token's signature is wrong.": {
        "EC key called an RSA key": lambda: token({"alg": "RS256"}),
        "RSA key called an EC key": lambda: token({"kid": "rsa-key"}),
        "signed by another issuer in our key's name": lambda: put_together(GOOD_HEADER, claims(), OTHER_KEY),
        "signed by an attacker with our key's id": lambda: put_together(GOOD_HEADER, claims(), ATTACKER),
        "payload changed after signing": changed_after_signing,
        "one bit of the signature changed": last_bit_flipped,
        "signature of zeros": zero_signature,
        "signature in DER": der_signed,
        "signature taken away": lambda: token().rpartition(".")[0] + ".",
        "truncated": lambda: token()[:-10],
        "padded": lambda: token() + "=",
        "a line break at the end": lambda: token() + "\n",
    },
    "The token is not an access token (typ at+jwt).": {
        "an ordinary JWT (typ JWT)": lambda: token({"typ": "JWT"}),
        "an ID token (no typ)": lambda: token({"typ": None}, nonce="n"),
        "a logout token": lambda: token({"typ": "logout+jwt"}),
        "a client assertion": lambda: token({"typ": "client-authentication+jwt"}, aud=TEST_ISSUER),
    },
    "The token comes from an issuer that is not trusted here.": {
        "issuer not trusted": lambda: token(iss="https://evil.test"),
        "issuer with a slash too many": lambda: token(iss=TEST_ISSUER + "/"),
        "issuer in other letters": lambda: token(iss=TEST_ISSUER.upper()),
        "issuer missing": lambda: token(iss=None),
        "issuer a list": lambda: token(iss=[TEST_ISSUER]),
    },
    "The token's claim aud is missing or malformed.": {
        "audience missing": lambda: token(aud=None),
        "audiences none": lambda: token(aud=[]),
        "audience an object": lambda: token(aud={TEST_AUDIENCE: True}),
    },
    "The token is meant for somebody else.": {
        "audience somebody else": lambda: token(aud="another-api"),
        "audiences without us": lambda: token(aud=["a", "b"]),
        "audience beginning like ours": lambda: token(aud=TEST_AUDIENCE + "-test"),
    },
    "The token has expired.": {
        "expired": lambda: token(iat=SECONDS - 700, exp=SECONDS - 31),
        "expired years ago": lambda: token(iat=0, exp=600),
    },
    "The token's claim exp is missing or malformed.": {
        "expiry missing": lambda: token(exp=None),
        "expiry as text": lambda: token(exp=str(SECONDS + 600)),
        "expiry a truth value": lambda: token(exp=True),
        "expiry without bounds": lambda: with_raw_claims(f'"exp": {SECONDS + 600}', '"exp": 1e400'),
    },
    "The token was issued in the future.": {
        "issued in the future": lambda: token(iat=SECONDS + 31, exp=SECONDS + 600),
    },
    "The token's claim iat is missing or malformed.": {
        "issue time missing": lambda: token(iat=None),
        "issue time negative": lambda: token(iat=-1),
    },
    "The token lives longer than fifteen minutes.": {
        "made to live sixteen minutes": lambda: token(exp=SECONDS + 960),
        "expiring before it was issued": lambda: token(iat=SECONDS, exp=SECONDS - 10),
    },
    "The token is not valid yet.": {
        "not valid yet": lambda: token(nbf=SECONDS + 31),
    },
    "The token's claim nbf is missing or malformed.": {
        "not-before null": lambda: with_raw_claims('"jti"', '"nbf": null, "jti"'),
        "not-before as text": lambda: token(nbf="0"),
    },
    "The token is signed with a key its issuer does not have.": {
        "key unknown": lambda: token({"kid": "no-such-key"}),
        "key named by a path": lambda: token({"kid": "../../dev/null"}),
        "key of another issuer": lambda: put_together(
            {**GOOD_HEADER, "kid": "other-key"}, claims(), OTHER_KEY
        ),
        "our key in another issuer's name": lambda: token(iss=OTHER_ISSUER),
    },
    "The token does not say which key signed it.": {
        "key not named": lambda: token({"kid": None}),
        "key named by nothing": lambda: token({"kid": ""}),
    },
    "The token is longer than 8 KB.": {
        "longer than 8 KB": lambda: token(filler="x" * 8192),
    },
    "The token holds characters that no token has.": {
        "letters no token has": lambda: token()[:-1] + "é",
    },
    "The token's claim sub is missing or malformed.": {
        "subject missing": lambda: token(sub=None),
        "subject a number": lambda: token(sub=7),
        "subject empty": lambda: token(sub=""),
        "subject with NUL": lambda: token(sub="a\x00b"),
    },
    "The token's claim jti is missing or malformed.": {
        "token id missing": lambda: token(jti=None),
        "token id a number": lambda: token(jti=1),
    },
    "The token's claim client_id is missing or malformed.": {
        "client missing": lambda: token(client_id=None),
        "client of 256 letters": lambda: token(client_id="c" * 256),
    },
    "The token's claim scope is missing or malformed.": {
        "scope missing": lambda: token(scope=None),
        "scope a list": lambda: token(scope=["hubs:read"]),
        "scopes with a line break between": lambda: token(scope="hubs:read\nhubs:write"),
    },
    "The token's content is missing or malformed.": {
        "half a surrogate pair": lambda: with_raw_claims('"test-client"', '"\\ud800"'),
    },
    "The token's claim partnership_id is missing or malformed.": {
        "partnership no UUID": lambda: token(partnership_id="all"),
        "partnership a list": lambda: token(partnership_id=[str(PARTNERSHIP)]),
    },
    "The token names no partnership.": {
        "partnership missing, and no service": lambda: token(partnership_id=None),
    },
    "The token's claim organisation_id is missing or malformed.": {
        "organisation no UUID": lambda: token(organisation_id="*"),
    },
    "The token's claim person_id is missing or malformed.": {
        "person a number": lambda: token(person_id=1),
    },
    "The token's claim roles is missing or malformed.": {
        "roles a string": lambda: token(roles="partnership"),
        "roles an object": lambda: token(roles={"partnership": True}),
        "roles of numbers": lambda: token(roles=[1]),
        "roles more than anybody has": lambda: token(roles=["system"] * 33),
        "role with odd letters": lambda: token(roles=["partnership\x00"]),
    },
}
"""What the refusal says -> what was forged -> a maker of such a token."""
