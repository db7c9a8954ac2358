"""The seller's own SQS queue, into which Amazon writes notifications: received, then deleted.

A notification is deleted only after what it brought is stored; until then it hides for a while and
comes again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from comptoir.channels.amazon_sp.signature import Keys, signed_headers
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, Http, pages_of
from comptoir.channels.kernel.protocol import ChannelError

BATCH = 10
BATCHES_MAX = 50
HIDDEN_SECONDS = 300
REFUSED = ("InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException",
           "MissingAuthenticationToken", "IncompleteSignature")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """One message of the queue: its text, and by what it is deleted."""

    body: str
    handle: str


class Queue:
    """One queue, by its address `https://sqs.<region>.amazonaws.com/<account>/<name>`."""

    def __init__(
        self, url: str, access_key: str, secret_key: str, around: Around, *, region: str = ""
    ) -> None:
        found = re.match(r"sqs\.([a-z0-9-]+)\.", urlsplit(url).hostname or "")
        region = region or (found[1] if found else "")
        if not region or not access_key or not secret_key:
            words = "The queue needs its address, its region, an access key and a secret."
            raise ChannelError("settings_invalid", words, permanent=True)
        parts = urlsplit(url)
        self._url = url
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._keys = Keys(access_key, secret_key, region)
        self._around = around
        self._http = Http(self._base, around)

    def receive(self) -> Iterator[list[Received]]:
        """Give what waits, some at a time, until nothing is left. Raises `ApiError`."""
        for _ in range(BATCHES_MAX):
            asked = {"MaxNumberOfMessages": BATCH, "VisibilityTimeout": HIDDEN_SECONDS}
            found = pages_of(self._ask("ReceiveMessage", asked), "Messages")
            if not found:
                return
            yield [
                Received(str(one.get("Body") or ""), str(one["ReceiptHandle"]))
                for one in found
                if one.get("ReceiptHandle")
            ]

    def delete(self, received: Iterable[Received]) -> None:
        """Delete what is stored. Raises `ApiError`."""
        entries = [
            {"Id": str(place), "ReceiptHandle": one.handle} for place, one in enumerate(received)
        ]
        if entries:
            self._ask("DeleteMessageBatch", {"Entries": entries})

    def check(self) -> None:
        """Ask for nothing but whether we may. Raises `ChannelError`."""
        self._ask("GetQueueAttributes", {"AttributeNames": ["QueueArn"]})

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _ask(self, action: str, more: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.dumps({"QueueUrl": self._url, **more}).encode()
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"AmazonSQS.{action}",
        }
        signed = signed_headers(f"{self._base}/", headers, body, self._keys, now=self._around.now())
        try:
            answer = self._http.read("queue", "/", method="POST", content=body, headers=signed)
        except ApiError as error:
            raise _refusal(error) from error
        if not answer.content:
            return {}
        value = answer.json()
        return value if isinstance(value, dict) else {}


def _refusal(error: ApiError) -> ApiError:
    """Tell wrong keys from a queue that is not there; AWS says 400 or 403 to both."""
    said = error.answer.decode("utf-8", "replace")
    if any(word in said for word in REFUSED):
        words = "The queue does not accept these keys."
        return ApiError("auth_failed", words, status=error.status, permanent=True)
    if "NonExistentQueue" in said or "QueueDoesNotExist" in said:
        return ApiError("not_found", "There is no such queue.", status=error.status, permanent=True)
    if "AccessDenied" in said:
        words = "The key may not read the queue."
        return ApiError("forbidden", words, status=error.status, permanent=True)
    return error
