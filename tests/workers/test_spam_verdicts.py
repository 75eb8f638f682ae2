"""The spam score in verdicts: by the site's model, with its reasons in words."""

import numpy as np
import pytest

from rules.verdict import Verdict
from store.comments import list_comments
from store.database import Database
from store.decisions import Decision, decide
from store.records import Site
from tests.conftest import NOW
from tests.make import submit
from workers.jobs import score_pending
from workers.runtime import ScoringRuntime, install
from workers.spam.exchange import ExportInvalid, read_export, write_export
from workers.spam.hashing import SIZE
from workers.spam.packing import pack_weights, unpack_weights
from workers.spam.prior import packaged_prior

ADVERT = "Hi all, please subscribe to my channel: https://bit.ly/free-robux"
LOCAL = "The horoscope of this week: Leo and Virgo will find love at the lake"


def verdict_of(database: Database, site: Site, comment_id: str) -> Verdict:
    with database.read() as tx:
        found = {one.id: one.verdict for one in list_comments(tx, site.id, limit=100)}
    verdict = found[comment_id]
    assert verdict is not None
    return verdict


def test_a_verdict_says_in_words_what_pushed_it_over_the_line(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    install(runtime)
    comment = submit(database, site.id, ADVERT).id
    score_pending()
    verdict = verdict_of(database, site, comment)
    assert verdict.scores["spam"] > 0.9
    reason = next(reason for reason in verdict.reasons if "spam" in reason.values)
    assert "asks to subscribe" in reason.message
    assert "has a link" in reason.message
    terms = {match.text for match in reason.matches}
    assert "https://bit.ly/free-robux" in terms
    assert all(ADVERT[match.start : match.end] == match.text for match in reason.matches)


def test_an_ordinary_comment_has_a_score_and_no_reason(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    install(runtime)
    comment = submit(database, site.id, "I tried that, and it worked for me.").id
    score_pending()
    verdict = verdict_of(database, site, comment)
    assert verdict.scores["spam"] < 0.3
    assert not [reason for reason in verdict.reasons if "spam" in reason.values]


def test_the_same_job_learns_from_decisions_and_scores_by_them(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    install(runtime)
    first = submit(database, site.id, LOCAL).id
    score_pending()
    assert verdict_of(database, site, first).scores["spam"] < 0.5
    spam = Decision("spam", "platform")
    database.write(lambda tx: decide(tx, site.id, first, spam, NOW))
    score_pending()
    second = submit(database, site.id, LOCAL.replace("lake", "sea")).id
    score_pending()
    assert verdict_of(database, site, second).scores["spam"] > 0.5


def test_a_site_that_taught_nothing_holds_what_is_likely_spam_and_one_that_did_rejects_it(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    install(runtime)
    ordinary = submit(database, site.id, "My fork is at gitlab.com/ann/fork, please test it.").id
    first = submit(database, site.id, ADVERT).id
    score_pending()
    untaught = [verdict_of(database, site, each) for each in (ordinary, first)]
    assert {(one.action, one.scores["spam"] >= 0.97) for one in untaught} == {("review", True)}
    for number in range(10):
        for text, word in ((ADVERT, "spam"), ("I tried that, and it worked.", "approve")):
            taught = submit(database, site.id, f"{text} {number}").id
            decision = Decision(word, "platform")  # type: ignore[arg-type]
            database.write(lambda tx, of=taught, to=decision: decide(tx, site.id, of, to, NOW))  # type: ignore[misc]
    score_pending()
    again = submit(database, site.id, f"{ADVERT} again").id
    score_pending()
    reasons = {one.rule: one.decided for one in verdict_of(database, site, again).reasons}
    assert reasons["spam-certain"]
    assert verdict_of(database, site, again).action == "reject"


def test_an_export_is_read_back() -> None:
    weights = np.zeros(SIZE, dtype=np.float32)
    weights[[3, 77_000]] = 1.25, -2.0
    packed = read_export(write_export(pack_weights(weights)))
    assert (unpack_weights(packed) == weights).all()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "tactful-spam-1", "bits": 18, "prior": "1", "weights": "x"}'],
)
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(ExportInvalid):
        read_export(text)


def test_an_export_of_another_prior_is_refused() -> None:
    ours = f'"prior": "{packaged_prior().version}"'
    text = write_export(b"").replace(ours, '"prior": "0"')
    with pytest.raises(ExportInvalid, match="another prior"):
        read_export(text)
