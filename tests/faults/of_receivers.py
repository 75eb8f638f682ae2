"""The faults of those who receive webhooks. One misbehaves; the other must not notice."""

import contextlib
from collections.abc import Iterator

from tests.faults.endpoints import Behaviour, close_early, flood, hang, refuse
from tests.faults.fault import Fault, Strike
from tests.faults.production import Production
from tests.faults.traffic import Platform


def behaving(behaviour: Behaviour) -> Strike[Production]:
    """Let the first endpoint misbehave."""

    @contextlib.contextmanager
    def strike(stage: Production, _platform: Platform) -> Iterator[None]:
        with stage.endpoints[0].behaving(behaviour):
            yield

    return strike


@contextlib.contextmanager
def wrong_certificate(stage: Production, _platform: Platform) -> Iterator[None]:
    """The second endpoint shows a certificate of another host."""
    endpoint = stage.endpoints[1]
    own, endpoint.tls = endpoint.tls, stage.authority.server_context("elsewhere.example")
    try:
        yield
    finally:
        endpoint.tls = own


RECEIVER_FAULTS: list[Fault[Production]] = [
    Fault("receiver answers 500", behaving(refuse), lasts=4),
    Fault("receiver hangs", behaving(hang), lasts=4),
    Fault("receiver closes in mid-answer", behaving(close_early), lasts=4),
    Fault("receiver answers with 1 GB", behaving(flood), lasts=4),
    Fault("receiver fails TLS (another's certificate)", wrong_certificate, lasts=4),
]
