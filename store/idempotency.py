"""Idempotency keys: the replies to requests that may be sent again."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import idempotency_keys

KEPT_FOR = timedelta(hours=24)
KEYS_AT_ONCE = 2_000
ERASED_STATUS = 410


@dataclass(frozen=True)
class KeptReply:
    """What was answered; `response` is sealed. No status: nothing was kept, it may run again."""

    digest: str
    status: int | None
    location: str | None
    response: str | None
    comment_id: str | None

    @property
    def erased(self) -> bool:
        """Whether the comment that this told of was erased since."""
        return self.status == ERASED_STATUS


def claim_key(
    tx: Connection, site_id: str, key: str, digest: str, now: datetime
) -> KeptReply | None:
    """Take a key that is free and return None, or return what is kept under it.

    Waits for another transaction that is taking the same key.
    """
    mine = (idempotency_keys.c.site_id == site_id) & (idempotency_keys.c.key == key)
    tx.execute(
        delete(idempotency_keys).where(mine, idempotency_keys.c.created_at <= now - KEPT_FOR)
    )
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    row = {"site_id": site_id, "key": key, "request_digest": digest, "created_at": now}
    taken = tx.execute(
        dialect.insert(idempotency_keys)
        .values(row)
        .on_conflict_do_nothing()
        .returning(idempotency_keys.c.key)
    ).first()
    if taken is not None:
        return None
    kept = tx.execute(
        select(
            idempotency_keys.c.request_digest.label("digest"),
            idempotency_keys.c.status,
            idempotency_keys.c.location,
            idempotency_keys.c.response,
            idempotency_keys.c.comment_id,
        ).where(mine)
    )
    return KeptReply(**kept.mappings().one())


def keep_reply(tx: Connection, site_id: str, key: str, reply: KeptReply) -> None:
    """Store the reply under a key that was claimed, unless it was erased in the meantime."""
    values = asdict(reply)
    del values["digest"]
    tx.execute(
        update(idempotency_keys)
        .where(idempotency_keys.c.site_id == site_id, idempotency_keys.c.key == key)
        .where(idempotency_keys.c.status.is_distinct_from(ERASED_STATUS))
        .values(**values)
    )


def erase_replies(tx: Connection, comment_ids: list[str]) -> None:
    """Empty the replies that tell of these comments; their requests are answered with 410."""
    tx.execute(
        update(idempotency_keys)
        .where(idempotency_keys.c.comment_id.in_(comment_ids))
        .values(status=ERASED_STATUS, response=None, location=None, request_digest="")
    )


def forget_old_keys(tx: Connection, now: datetime) -> int:
    """Delete up to KEYS_AT_ONCE keys of more than 24 hours ago; return how many."""
    mine = idempotency_keys.primary_key.columns
    old = select(*mine).where(idempotency_keys.c.created_at <= now - KEPT_FOR).limit(KEYS_AT_ONCE)
    return tx.execute(delete(idempotency_keys).where(tuple_(*mine).in_(old))).rowcount
