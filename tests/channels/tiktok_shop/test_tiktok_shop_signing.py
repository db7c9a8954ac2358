"""The signature of requests and pushes, held against what the package tiktok-shop-api 0.1.0 computes.

The values below were computed with that package, a third party's; where it is installed, it is
asked again.
"""

from __future__ import annotations

import pytest
from tests.channels.tiktok_shop.shop import push_signature

from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.channels.tiktok_shop.api import sign

QUERY = [("page_size", "20"), ("timestamp", "1772787600"), ("app_key", "6abc"),
         ("shop_cipher", "ROW_x+/="), ("access_token", "t"), ("page_token", "a b&c=d")]  # fmt: skip
LIST = "/customer_service/202309/conversations"
SEND = "/customer_service/202606/conversations/7/messages"
BODY = '{"type":"TEXT","content":"{\\"content\\": \\"Größe?\\"}"}'.encode()
VECTORS = [
    (LIST, QUERY, b"", "232babd73f0c95bd1e8af1574f1dd475e6256f068d8ec3d35979c65537e21562"),
    (SEND, QUERY[1:4], BODY, "373325d36fe2cbc52f4447a72d88158b233dd31a727f8a80c281f424869b0f7d"),
    ("/customer_service/202309/images/upload", QUERY[1:4], b"",
     "b547e42553e1296a10d38469d9b7bfc278be8dfaefe109a31b92768dd8b75628"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query", "body", "signed"), VECTORS)
def test_a_request_is_signed_as_the_package_signs_it(
    path: str, query: list[tuple[str, str]], body: bytes, signed: str
) -> None:
    assert sign("s3cret", path, query, body) == signed
    assert sign("s3cret", path, [*query, ("sign", "x")][::-1], body) == signed
    assert sign("s3cret", path, query, body + b" ") != signed


def test_a_push_is_signed_as_the_package_verifies_it() -> None:
    body = '{"type":14,"data":{"content":"é"}}'.encode()
    known = "78f3569f78f15a1e8fc587a4f61f2933edefde6507879500211d5bc3c4981536"

    assert hmac_sha256("s3cret", "6abc", body).hex() == known == push_signature(body)


def test_the_package_itself_agrees() -> None:
    package = pytest.importorskip("tiktok_shop_api", reason="needs the package tiktok-shop-api")
    for path, query, body, signed in VECTORS:
        said = package.Signer.sign(
            path=path, query=query, content_type=None, body=body, app_secret="s3cret"
        )
        assert said == signed
