"""The signature of a delivery: an HMAC of its body with the webhook's private key.

Name of the header, hash and encoding were not seen in the reference (section 7): all three can be chosen.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Hash(StrEnum):
    """The hash of the HMAC."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


class Encoding(StrEnum):
    """How the signature is written."""

    HEX = "hex"
    BASE64 = "base64"


@dataclass(frozen=True, slots=True)
class SignatureRule:
    """How deliveries are signed."""

    header: str = "X-Protime-Signature"
    hash: Hash = Hash.SHA256
    encoding: Encoding = Encoding.HEX

    def signature(self, body: bytes, key: str) -> str:
        """What the header holds for this body."""
        digest = hmac.new(key.encode(), body, getattr(hashlib, self.hash)).digest()
        return digest.hex() if self.encoding is Encoding.HEX else base64.b64encode(digest).decode()

    def is_signed(self, body: bytes, given: str, keys: Iterable[str]) -> bool:
        """Whether one of the keys signed it; takes as long for a wrong signature as for a right one.

        `given` may begin with the name of the hash, as in `sha256=...`.
        """
        text = given.strip().removeprefix(f"{self.hash}=")
        if self.encoding is Encoding.HEX:
            text = text.lower()
        wanted = text.encode(errors="replace")
        matches = [hmac.compare_digest(self.signature(body, key).encode(), wanted) for key in keys]
        return any(matches)
