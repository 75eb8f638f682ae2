"""Teaching: what people decided becomes what the site's model knows, within a second or two.

Each lesson names a comment; what is taught is the decision that stands when the lesson's turn
comes, once, in the transaction that takes the lesson off the list. After every round some earlier
examples are looked at again, so that the weights come to what a batch over all of them would give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from store.database import Database
from store.deciders import account_of
from store.spam_lessons import Standing, next_site, standing, take_lessons
from store.spam_models import (
    StoredExample,
    StoredModel,
    count_examples,
    examples_of,
    least_recent,
    let_go_of_oldest,
    lock_model,
    replace_examples,
    save_model,
    save_visits,
    shares,
)
from workers.clock import Clock
from workers.faults import told
from workers.isolating import NO_ITEMS_FAULT
from workers.spam.features import features_of
from workers.spam.packing import (
    pack_vector,
    pack_weights,
    rounded,
    unpack_vector,
    unpack_weights,
)
from workers.spam.prior import packaged_prior
from workers.spam.site_model import ORDINARY, SPAM, Example, Learner

LESSONS_AT_ONCE = 64
LOOKS = 64  # at earlier examples, after each round
LOOKS_A_LESSON = 16
MOST_EXAMPLES = 5_000  # of a site; what older ones taught stays
ROUNDS = 20  # in one go: comments must not wait for lessons
_SIDES = {"spam": SPAM, "ham": ORDINARY, "approve": ORDINARY}
_LIKELY = 0.5

log = structlog.get_logger()


def teach_what_waits(database: Database, clock: Clock) -> bool:
    """Teach the sites' models what waits; return whether nothing is left. Raises StoreUnavailable.

    No lesson is taught twice, and none lost but one of a comment whose features cannot be read: it
    leaves the list in the transaction that writes the model.
    """
    for _ in range(ROUNDS):
        with database.read() as tx:
            site_id = next_site(tx)
        if site_id is None:
            return True
        database.write(partial(teach_site, site_id=site_id, now=clock()))
    return False


def teach_site(tx: Connection, site_id: str, now: datetime) -> int:
    """Teach a site's model some of its lessons; return how many."""
    stored = lock_model(tx, site_id, now)
    lessons = take_lessons(tx, site_id, LESSONS_AT_ONCE)
    if not lessons:
        return 0
    learner = Learner(packaged_prior(), unpack_weights(stored.weights), shares(tx, site_id))
    said = {one.comment_id: one for one in standing(tx, lessons)}
    round_ = _Round(learner, examples_of(tx, lessons))
    for comment_id in lessons:
        round_.learn(comment_id, said.get(comment_id))
    replace_examples(tx, site_id, round_.taught, round_.taken_back, now)
    looks = LOOKS + LOOKS_A_LESSON * len(lessons)
    save_visits(tx, _again(learner, least_recent(tx, site_id, looks)), now)
    weights = pack_weights(learner.weights)
    save_model(tx, site_id, StoredModel(stored.version + 1, weights), now)
    if count_examples(tx, site_id) > MOST_EXAMPLES:
        let_go_of_oldest(tx, site_id, MOST_EXAMPLES)
    return len(lessons)


@dataclass
class _Round:
    learner: Learner
    known: Mapping[str, StoredExample]
    taught: list[StoredExample] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)

    def learn(self, comment_id: str, said: Standing | None) -> None:
        if (old := self.known.get(comment_id)) is not None:
            self.learner.unteach(_example(self.learner, old))
            self.taken_back.append(comment_id)
        side = side_of(said) if said else None
        account = account_of(said.source, said.actor) if said and said.source else None
        if said is None or side is None or account is None:
            return
        try:
            features = features_of(said.comment, said.comment.metadata)
        except NO_ITEMS_FAULT:
            raise
        except Exception as error:  # the lessons behind it must not wait for it
            log.warning("lesson_left_out", comment=comment_id, **told(error))
            return
        vector = rounded(self.learner.prior.with_word(features.vector))
        dual = self.learner.teach(self.learner.example(vector, side, account))
        packed = pack_vector(vector)
        self.taught.append(StoredExample(comment_id, account, side, dual, packed))


def side_of(said: Standing) -> int | None:
    """Return what a decision says of spam; None where it says nothing.

    A rejection may be for abuse: it speaks of spam where the verdict had said so.
    """
    if said.word == "reject":
        return SPAM if (said.scored or 0.0) >= _LIKELY else None
    return _SIDES.get(said.word or "")


def _example(learner: Learner, stored: StoredExample) -> Example:
    vector = unpack_vector(stored.vector)
    return learner.example(vector, stored.side, stored.account, stored.dual)


def _again(learner: Learner, stored: Sequence[StoredExample]) -> list[StoredExample]:
    visited = learner.again([_example(learner, one) for one in stored])
    return [
        StoredExample(s.comment_id, s.account, s.side, v.dual, s.vector)
        for s, v in zip(stored, visited, strict=True)
    ]
