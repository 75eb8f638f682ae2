"""Sample comments for `tactful up --demo`, so that a newcomer sees the pages alive.

Written for this purpose; nobody said any of it. A second start with --demo adds nothing.
"""

from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from rules.comment import Comment
from store.comments import submit_comment
from store.database import Database
from store.kept_addresses import Keeping

_FILE = Path(__file__).with_name("demo_comments.json")


def sample_comments() -> list[Comment]:
    """Return the comments, in the order in which they were written."""
    return TypeAdapter(list[Comment]).validate_json(_FILE.read_bytes())


def fill_with_samples(database: Database, site_id: str, now: datetime, keeping: Keeping) -> None:
    """Submit the samples to a site, to be judged like any other; raise StoreUnavailable."""
    samples = sample_comments()
    database.write(lambda tx: [submit_comment(tx, site_id, one, now, keeping) for one in samples])
