"""Claims by moderators: a comment on somebody's screen is theirs for a short time.

A claim only tells the others; what keeps two people from deciding the same is `store.acts`.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select

from store.review_tables import review_claims
from store.tables import comments, people
from store.upserts import upsert

CLAIM = timedelta(seconds=60)  # without word from the page that shows it


def claim_for_review(tx: Connection, comment_id: str, person_id: str, now: datetime) -> str | None:
    """Claim a comment, and give up what the person had; return who else has it, if anybody."""
    claims = review_claims.c
    tx.execute(
        delete(review_claims).where(claims.person_id == person_id, claims.comment_id != comment_id)
    )
    mine = upsert(
        tx,
        review_claims,
        lambda new: {"person_id": new.person_id, "until": new.until},
        where=lambda new: or_(claims.person_id == new.person_id, claims.until <= now),
    )
    values = {"comment_id": comment_id, "person_id": person_id, "until": now + CLAIM}
    tx.execute(mine.values(**values))
    return tx.execute(
        select(people.c.email)
        .join(review_claims, people.c.id == claims.person_id)
        .where(claims.comment_id == comment_id, claims.person_id != person_id)
    ).scalar()


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
