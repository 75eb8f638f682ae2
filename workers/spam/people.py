"""Signals about who wrote a comment and how it came: names, addresses, browser, haste, language."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from rules.comment import SPAM_SIGNALS, Author, Comment, primary_language
from rules.facts.domains import DISPOSABLE, SHORTENERS
from rules.facts.hosts import domain_of
from rules.facts.language import detect
from rules.matching.fold import normalise
from rules.matching.regions import is_host
from workers.spam.phrases import packaged_phrases
from workers.spam.signals import STUFFING, Signals, keywords_in

PEOPLE_SIGNALS = {
    "author:url": "the author gives a web address",
    "author:url-shortener": "the author's address is a shortener",
    "author:url-stuffed": "the author's address is stuffed with key words",
    "author:url-punycode": "the author's address is in another script",
    "author:name-stuffed": "the author's name is stuffed with key words",
    "author:name-address": "the author's name is a web address",
    "author:name-long": "the author's name is a phrase",
    "author:email-misfit": "the e-mail address does not fit the name",
    "author:email-digits": "the e-mail address ends in many digits",
    "author:email-disposable": "the e-mail address is of a throw-away service",
    "form:honeypot": "a field that people cannot see was filled in",
    "form:hasty": "it was sent within seconds of the page's opening",
    "form:slow": "the form was open for a while",
    "agent:missing": "there is no browser",
    "agent:script": "it was sent by a program",
    "agent:ancient": "the browser is long out of use",
    "referrer:missing": "it came from no page",
    "referrer:foreign": "it came from a page of another site",
    "language:other": "its language is not the thread's",
}
"""What a reason says of each."""

_HASTE, _EASE = 4.0, 20.0  # seconds
_SCRIPTS = (
    "curl",
    "wget",
    "python",
    "libwww",
    "java/",
    "go-http",
    "scrapy",
    "headless",
    "phantom",
    "perl",
    "php",
    "okhttp",
    "axios",
    "node-fetch",
    "httpclient",
    "bot",
)
_ANCIENT = (
    "msie",
    "windows nt 5",
    "windows 98",
    "firefox/2",
    "firefox/3",
    "chrome/2",
    "chrome/3",
    "chrome/4",
    "opera/9",
    "trident/",
)
_NAME_WORDS = 4
_DIGITS = 4
_FEW_LETTERS = 4
_SHARED = 3
_TELLING = 60  # characters of the thread that its language is told from


def people_signals(comment: Comment, metadata: Mapping[str, JsonValue]) -> Signals:
    """Return what the author, the form and the thread show; nothing where nothing is known."""
    given = metadata.get(SPAM_SIGNALS)
    form: Mapping[str, JsonValue] = given if isinstance(given, dict) else {}
    names = [
        *_of_address(comment.author),
        *_of_name(comment.author),
        *_of_email(comment.author),
        *_of_form(form, comment.thread.url),
        *_of_agent(comment.author),
        *_of_language(comment),
    ]
    signals = dict.fromkeys(names, 1.0)
    for kind, domain in _domains(comment.author):
        signals[f"{kind}:{domain}"] = 0.4
    return signals


def _domains(author: Author) -> Iterator[tuple[str, str]]:
    if author.url and (domain := domain_of(author.url)):
        yield "domain", domain
    if author.email and (domain := author.email.rpartition("@")[2].strip().lower()):
        yield "mail", domain


def _of_address(author: Author) -> Iterator[str]:
    domain = domain_of(author.url) if author.url else ""
    if not domain:
        return
    yield "author:url"
    if domain in SHORTENERS:
        yield "author:url-shortener"
    if "xn--" in domain or not domain.isascii():
        yield "author:url-punycode"
    if keywords_in((author.url or "").lower()):
        yield "author:url-stuffed"


def _of_name(author: Author) -> Iterator[str]:
    if not author.name:
        return
    words = normalise(author.name).split()
    if any(is_host(domain_of(word)) for word in words):
        yield "author:name-address"
    if len(words) >= _NAME_WORDS:
        yield "author:name-long"
    kinds = {kind for kind, _, _ in packaged_phrases().found(f" {' '.join(words)} ")}
    if kinds & STUFFING:
        yield "author:name-stuffed"


def _of_email(author: Author) -> Iterator[str]:
    if not author.email:
        return
    local, at, domain = normalise(author.email).rpartition("@")
    if not at:
        return
    if domain.strip() in DISPOSABLE:
        yield "author:email-disposable"
    if author.email.startswith("~"):  # kept as a hash: the domain is all there is
        return
    if sum(map(str.isdigit, local)) >= _DIGITS:
        yield "author:email-digits"
    if author.name and not _fits(normalise(author.name), local):
        yield "author:email-misfit"


def _fits(name: str, local: str) -> bool:
    """Whether they share three letters in a row, or the one has the other's first letters."""
    letters = "".join(filter(str.isalpha, local))
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    words = [word for word in words if word]
    if len(letters) < _FEW_LETTERS or not words or not letters.isascii():
        return True
    runs = {word[i : i + _SHARED] for word in words for i in range(len(word) - _SHARED + 1)}
    return any(run in letters for run in runs) or letters.startswith(
        "".join(word[0] for word in words)
    )


def _of_form(form: Mapping[str, JsonValue], thread_url: str | None) -> Iterator[str]:
    if form.get("honeypot"):
        yield "form:honeypot"
    seconds = form.get("seconds_to_submit")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        if seconds < _HASTE:
            yield "form:hasty"
        elif seconds > _EASE:
            yield "form:slow"
    if "referrer" in form:
        referrer, home = domain_of(str(form["referrer"] or "")), domain_of(thread_url or "")
        if not referrer:
            yield "referrer:missing"
        elif home and referrer != home:
            yield "referrer:foreign"


def _of_agent(author: Author) -> Iterator[str]:
    agent = (author.user_agent or "").lower()
    if agent:
        if any(sign in agent for sign in _SCRIPTS):
            yield "agent:script"
        if any(sign in agent for sign in _ANCIENT) and not _is_recent(agent):
            yield "agent:ancient"
    elif author.ip and author.user_agent is not None:
        yield "agent:missing"


def _is_recent(agent: str) -> bool:
    """Whether a version has three digits: `chrome/128` begins like `chrome/12` of 2011."""
    for name in ("chrome/", "firefox/"):
        version = agent.partition(name)[2].partition(".")[0]
        if version.isdecimal():  # of `²`, which is a digit, int() makes nothing
            return int(version) >= 60  # noqa: PLR2004 - of 2018
    return False


def _of_language(comment: Comment) -> Iterator[str]:
    if not comment.thread.title and not comment.thread.context:
        return
    thread = " ".join([comment.thread.title or "", *comment.thread.context[:3]])
    if len(thread) < _TELLING:
        return
    said = primary_language(comment.lang) if comment.lang else detect(comment.body)
    expected = detect(thread)
    if said and expected and said != expected:
        yield "language:other"
