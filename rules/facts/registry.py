"""Every fact by its name."""

from rules.facts.domains import SHORTENERS
from rules.facts.fact import HOST, Fact, Known, count, share
from rules.facts.people import HISTORY_FACTS, PEOPLE_FACTS
from rules.facts.standing import COMPANY_FACTS, STANDING_FACTS
from rules.facts.subject import Subject
from rules.facts.texts import TEXT_FACTS
from rules.matching.hits import Hit

_SCORES = {
    "toxicity": "rude or likely to make people leave",
    "severe_toxicity": "very hateful or aggressive",
    "obscene": "swear words and vulgar language",
    "threat": "a threat of harm",
    "insult": "an insult to a person",
    "identity_attack": "hatred of a group of people",
    "sexual_explicit": "sexual content",
    "spam": "advertising",
}
SCORE_NAMES = frozenset(_SCORES)
"""Names of the scores that conditions know."""
_SURE = 0.75
SEVERITY_SCORE = {0: 0.0, 1: 0.4, 2: 0.9, 3: 1.0}
"""How much a word of each severity adds to the profanity score; set by hand."""


def profanity_score(hits: list[Hit]) -> float:
    """0..1: that of the worst word, weighed with how sure it is."""
    return max([SEVERITY_SCORE[hit.severity] * _sureness(hit) for hit in hits], default=0.0)


def _sureness(hit: Hit) -> float:
    return 1.0 if hit.confidence >= _SURE else hit.confidence


def _score(name: str, meaning: str) -> Fact:
    def read(subject: Subject) -> Known:
        return subject.scores.get(name)

    return Fact(name, "number", f"score 0..1: {meaning}", read, low=0, high=1, sometimes=True)


def _severity(subject: Subject) -> int:
    return max((hit.severity for hit in subject.profanity), default=0)


def _tags(subject: Subject) -> tuple[str, ...]:
    tags = {tag for hit in subject.profanity if not hit.ambiguous for tag in hit.term.tags}
    return tuple(sorted(tags))


def _domains(subject: Subject) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link.domain for link in subject.links))


def _is_foreign(domain: str) -> bool:
    """Whether a domain has letters of other scripts, written as they are or in ASCII."""
    return "xn--" in domain or not domain.isascii()


_PROFANITY = (
    share("profanity", "0..1, of the worst listed word", lambda s: profanity_score(s.profanity)),
    count("profanity.count", "number of listed words", lambda s: len(s.profanity)),
    Fact(
        "profanity.severity", "number", "of the worst word: 1 mild, 2 strong, 3 slur; else 0",
        _severity, low=0, high=3,
    ),
    Fact("profanity.tags", "texts", "what kind of words: slur, sexual, insult, …", _tags),
    Fact(
        "profanity.terms", "texts", "the listed words",
        lambda s: tuple(dict.fromkeys(hit.term.text for hit in s.profanity)),
    ),
    Fact(
        "profanity.disguised", "truth", "some word was written to dodge a list",
        lambda s: any(hit.technique not in {"plain", "joined"} for hit in s.profanity),
    ),
)  # fmt: skip
_LINKS = (
    count("links.count", "number of links", lambda s: len(s.links)),
    Fact(
        "links.domains", "texts", "domains that they lead to, without www.", _domains, form=HOST
    ),
    count(
        "links.shorteners", "number of links to a shortener such as bit.ly",
        lambda s: len([link for link in s.links if link.domain in SHORTENERS]),
    ),
    count(
        "links.punycode", "number of links with letters of other scripts in the domain",
        lambda s: len([link for link in s.links if _is_foreign(link.domain)]),
    ),
    count(
        "links.deceptive", "number of links whose text names another domain",
        lambda s: len([link for link in s.links if link.deceives]),
    ),
)  # fmt: skip
_ALL = (
    *(_score(name, meaning) for name, meaning in _SCORES.items()),
    *_PROFANITY,
    *TEXT_FACTS,
    *_LINKS,
    *PEOPLE_FACTS,
    *STANDING_FACTS,
)
FACTS = {fact.name: fact for fact in _ALL}
FORGOTTEN_FACTS = frozenset(
    {
        *HISTORY_FACTS,
        *COMPANY_FACTS,
        "author.id",
        "author.email",
        "author.ip",
        "spam",
    }
)
"""Names of facts that may not be known any more when a comment is judged a second time.

Other comments may have been erased since, and addresses are kept as hashes, which the spam score
looks at, too.
"""


_COUNTED = {fact.given: fact.name for fact in _ALL if fact.given}
_NOT_KNOWN: dict[str, Known] = dict.fromkeys([*_SCORES, *_COUNTED.values()])


class Facts(dict[str, Known]):
    """The facts of one comment: those that the caller gave, others read once when asked for."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(_NOT_KNOWN)
        self.subject = subject
        for name in SCORE_NAMES & subject.scores.keys():
            self[name] = subject.scores[name]
        for attribute, value in vars(subject.history).items():
            if value is not None:
                self[_COUNTED[attribute]] = value

    def __missing__(self, name: str) -> Known:
        self[name] = value = FACTS[name].read(self.subject)
        return value
