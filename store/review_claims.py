"""Claims by moderators: a comment on somebody's screen is theirs for a short time.

A claim only tells the others; what keeps two people from deciding the same is `store.acts`.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from store.review_tables import review_claims
from store.tables import comments, people

CLAIM = timedelta(seconds=60)  # without word from the page that shows it


def claim_for_review(tx: Connection, comment_id: str, person_id: str, now: datetime) -> str | None:
    """Claim a comment, and give up what the person had; return who else has it, if anybody."""
    claims = review_claims.c
    tx.execute(
        delete(review_claims).where(claims.person_id == person_id, claims.comment_id != comment_id)
    )
    row = tx.execute(
        select(claims.person_id, claims.until, people.c.email)
        .join(people, people.c.id == claims.person_id)
        .where(claims.comment_id == comment_id)
        .with_for_update(of=review_claims)
    ).one_or_none()
    if row is None:
        values = {"comment_id": comment_id, "person_id": person_id, "until": now + CLAIM}
        tx.execute(insert(review_claims).values(**values))
        return None
    if row.person_id != person_id and row.until > now:
        return str(row.email)
    tx.execute(
        update(review_claims)
        .where(claims.comment_id == comment_id)
        .values(person_id=person_id, until=now + CLAIM)
    )
    return None


def claims_of_others(tx: Connection, site_id: str, person_id: str, now: datetime) -> dict[str, str]:
    """Return {comment id: e-mail address} of what others have on their screens at this site."""
    claims = review_claims.c
    # As a value, not a join: a planner without statistics would begin with the site's comments.
    site = select(comments.c.site_id).where(comments.c.id == claims.comment_id).scalar_subquery()
    rows = tx.execute(
        select(claims.comment_id, people.c.email)
        .join(people, people.c.id == claims.person_id)
        .where(claims.until > now, claims.person_id != person_id, site == site_id)
    )
    return dict(rows.all())
