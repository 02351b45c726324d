"""A certificate as an Open Badge 3.0, made when its holder asks for it.

A W3C Verifiable Credential with an embedded proof (eddsa-rdfc-2022), and the same as a signed JWT.
The issuer is the key itself (did:key), so that nothing has to be fetched to check it; the subject
is a random-looking URN and no name, no address and no account stands in it. The contexts are kept
beside this file with their digests: nothing is fetched to make one either.
Source: hard parts 5.6; Open Badges 3.0; W3C Data Integrity EdDSA Cryptosuites 1.0.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certification.signing import IssuingKey

FOLDER = Path(__file__).parent / "contexts"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # how a multikey says that an Ed25519 public key follows


@lru_cache(maxsize=1)
def contexts() -> Mapping[str, Any]:
    """The contexts by their names. Raises ValueError for a file that is not the published one."""
    found = {}
    for name, file, digest in json.loads((FOLDER / "names.json").read_text("utf-8"))["contexts"]:
        content = (FOLDER / file).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"{file} is not the context that was published")
        found[name] = json.loads(content)
    return found


def credential(
    printed: Mapping[str, Any], token: str, permits: str, key: Ed25519PublicKey
) -> dict[str, Any]:
    """The unsigned credential of a certificate, from its claims as printed.

    ``token`` only serves to derive an id for the subject that is the same every time and says
    nothing; ``permits`` tells in words what the certificate allows.
    """
    subject = hashlib.sha256(b"open badge subject\x00" + token.encode()).digest()
    return {
        "@context": list(contexts()),
        "id": f"urn:uuid:{_uuid(hashlib.sha256(printed['serial'].encode()).digest())}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {
            "id": did_of(key),
            "type": ["Profile"],
            "name": printed["organisation"],
        },
        "validFrom": _moment(printed["issued_on"], time.min),
        "validUntil": _moment(printed["valid_until"], time(23, 59, 59)),
        "name": printed["programme_title"],
        "credentialSubject": {
            "id": f"urn:uuid:{_uuid(subject)}",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"urn:uuid:{_uuid(hashlib.sha256(printed['programme'].encode()).digest())}",
                "type": ["Achievement"],
                "name": printed["programme_title"],
                "description": permits,
                "criteria": {"narrative": f"{printed['programme']}, {printed['release']}"},
            },
        },
    }


def signed(found: Mapping[str, Any], key: IssuingKey, made: datetime) -> dict[str, Any]:
    """The credential with its proof; the same bytes for the same credential, key and moment."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method_of(key.public),
        "proofPurpose": "assertionMethod",
    }
    configuration = {"@context": found["@context"], **proof}
    hashes = b"".join(
        hashlib.sha256(_canonical(part).encode()).digest() for part in (configuration, found)
    )
    return {**found, "proof": {**proof, "proofValue": "z" + base58(key.private.sign(hashes))}}


def jwt(found: Mapping[str, Any], key: IssuingKey) -> str:
    """The same credential as a signed JWT (.jws), for those who read no proofs in JSON."""
    payload = {
        **found,
        "iss": found["issuer"]["id"],
        "sub": found["credentialSubject"]["id"],
        "jti": found["id"],
        "nbf": int(datetime.fromisoformat(found["validFrom"]).timestamp()),
        "exp": int(datetime.fromisoformat(found["validUntil"]).timestamp()),
    }
    header = {"alg": "EdDSA", "kid": method_of(key.public), "typ": "JWT"}
    start = ".".join(_base64(json.dumps(p, ensure_ascii=False).encode()) for p in (header, payload))
    return f"{start}.{_base64(key.private.sign(start.encode()))}"


def did_of(key: Ed25519PublicKey) -> str:
    """The key as an issuer that can be resolved without asking anybody."""
    return f"did:key:z{base58(_ED25519 + key.public_bytes_raw())}"


def method_of(key: Ed25519PublicKey) -> str:
    """The address of the key within its did:key."""
    did = did_of(key)
    return f"{did}#{did.removeprefix('did:key:')}"


def base58(content: bytes) -> str:
    """Base58 as Bitcoin writes it; each leading zero byte is a leading 1."""
    number, signs = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        signs = _BASE58[rest] + signs
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + signs


def _canonical(document: Mapping[str, Any]) -> str:
    """The document as canonical N-Quads (RDF Dataset Canonicalization)."""
    from pyld import jsonld  # a tenth of a second to load, for a file that few ask for

    found: str = jsonld.normalize(
        dict(document),
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": _load,
        },
    )
    return found


def _load(address: str, _options: object = None) -> dict[str, Any]:
    """A context from beside this file; anything else is refused, never fetched."""
    return {"contextUrl": None, "documentUrl": address, "document": contexts()[address]}


def _uuid(digest: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=digest[:16], version=4)


def _moment(day: str, at: time) -> str:
    moment = datetime.combine(date.fromisoformat(day), at, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
