"""Signatures that any Standard Webhooks library takes."""

import base64
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from workers.signing import new_secret, sign


def test_the_published_test_vector() -> None:
    signature = sign(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_reference_library_signs_the_same_and_verifies() -> None:
    old, new = new_secret(), new_secret()
    now = datetime.now(UTC).replace(microsecond=0)
    body = '{"text":"ü 🙂"}'
    both = sign([new, old], "msg_1", int(now.timestamp()), body.encode())
    assert both.split() == [Webhook(key).sign("msg_1", now, body) for key in (new, old)]
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": both,
    }
    for key in (old, new):
        assert Webhook(key).verify(body, headers) == {"text": "ü 🙂"}


def test_a_secret_is_fresh_and_of_32_bytes() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32
