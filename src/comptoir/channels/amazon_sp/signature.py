"""AWS Signature Version 4, of which a queue needs forty lines: why no AWS library is a dependency.

Steps: docs.aws.amazon.com, "Create a signed AWS API request". A test compares it with botocore's.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key with its secret, made for reading one queue."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str
    service: str = "sqs"


def signed_headers(
    url: str, headers: dict[str, str], body: bytes, keys: Keys, *, now: datetime
) -> dict[str, str]:
    """Give the headers of a POST without a query, with the signature over them and the body."""
    at = now.astimezone(UTC)
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    parts = urlsplit(url)
    signed = {name.lower(): value.strip() for name, value in headers.items()}
    signed |= {"host": parts.netloc, "x-amz-date": stamp}
    names = ";".join(sorted(signed))
    canonical = "\n".join([
        "POST", parts.path or "/", "",
        *(f"{name}:{signed[name]}" for name in sorted(signed)), "",
        names, hashlib.sha256(body).hexdigest(),
    ])  # fmt: skip
    scope = f"{day}/{keys.region}/{keys.service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join([ALGORITHM, stamp, scope, digest])
    key = f"AWS4{keys.secret_key}".encode()
    for part in (day, keys.region, keys.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    proof = f"{ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**signed, "authorization": proof}
