"""A deliverer as a process of its own, to be killed: `python -m tests.workers.deliverer URL`."""

import sys

from redis import Redis

from store.database import Database
from store.sealing import Sealer
from workers.addresses import AllowList
from workers.delivery import deliver_due
from workers.runtime import DeliveryRuntime


def make_runtime(database: Database) -> DeliveryRuntime:
    allow = AllowList.parse("127.0.0.0/8")
    return DeliveryRuntime(database, Redis(), Sealer("test"), allow)


if __name__ == "__main__":
    deliver_due(make_runtime(Database(sys.argv[1])))
