"""The shape of a policy document: what keys there are and what they may hold."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from rules.verdict import Action

IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Expression = Annotated[str, Field(min_length=1, max_length=4000)]
PatternText = Annotated[str, Field(min_length=1, max_length=1000)]
Entry = TypeVar("Entry")
Several = Annotated[list[Entry], Field(min_length=1)]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Severity = Literal[1, 2, 3]
FieldName = Literal["body", "links", "author.name", "author.email", "author.url", "thread.title"]


class Part(BaseModel):
    """Base of every part of a policy: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WordList(Part):
    """A list of words, phrases and wildcards (`casino*`), of domains, or of IP networks."""

    words: list[Word] = Field(
        default=[], description="Words, phrases, and wildcards such as casino*"
    )
    domains: list[Word] = Field(default=[], description="Web domains; subdomains are included")
    networks: list[Word] = Field(
        default=[], description="IP addresses and networks such as 10.0.0.0/8"
    )
    except_: list[Word] = Field(
        default=[],
        alias="except",
        description="Words that are never a hit, and phrases in which no word is",
    )
    fields: list[FieldName] = Field(
        default=["body"],
        description="Where words and domains are looked for; links are those of the body",
    )
    severity: Severity = Field(default=2, description="1 mild, 2 strong, 3 slur")
    tags: list[Word] = Field(default=[], description="Tags of your own")
    disguises: bool = Field(default=True, description="Whether w.o.r.d and w0rd count too")
    profanity: bool = Field(default=False, description="Whether its words count as profanity")


class ProfanityTest(Part):
    """Listed words of at least this severity, of one of these tags."""

    severity: Severity = 1
    tags: list[Word] = []


class Shorthand(Part):
    """Conditions without expressions. All that are given must hold."""

    any_of: "list[Expression | Shorthand] | None" = Field(default=None, min_length=1)
    all_of: "list[Expression | Shorthand] | None" = Field(default=None, min_length=1)
    none_of: "list[Expression | Shorthand] | None" = Field(default=None, min_length=1)
    listed: str | Several[str] | None = Field(
        default=None, alias="list", description="A word of this list, or of one of these, occurs"
    )
    pattern: PatternText | Several[PatternText] | None = Field(
        default=None, description="This RE2 pattern matches"
    )
    links: int | None = Field(default=None, ge=1, description="At least so many links")
    profanity: ProfanityTest | Severity | None = Field(
        default=None, description="Listed profanity occurs"
    )
    when: Expression | bool | None = Field(default=None, description="An expression over the facts")


Condition = Expression | bool | Shorthand
"""An expression, or a mapping of shorthand conditions that must all hold."""


class Rule(Shorthand):
    """What to do with comments that it matches."""

    id: Identifier
    description: str | None = None
    unless: Condition | None = Field(
        default=None, description="The rule does not match where this holds"
    )
    action: Action = "review"
    discard: bool = Field(default=False, description="With reject: nobody needs to see it")
    labels: list[Word] = []
    message: Sentence | None = Field(
        default=None, description="For the moderator; {facts} are filled in"
    )
    public_reason: Sentence | None = Field(default=None, description="For the author")
    queue: Identifier | None = None
    priority: int = Field(default=0, ge=-100, le=100)
    shadow: bool = Field(default=False, description="On trial: counted, changes nothing")
    final: bool = Field(default=False, description="When it matches, no later rule is looked at")
    enabled: bool = True


class Profanity(Part):
    """How the built-in word lists are used."""

    languages: Literal["all"] | list[Word] = "all"
    without: list[Word] = Field(
        default=[], description="Techniques not to look for, such as reversed"
    )
    allow: list[Word] = Field(
        default=[], description="Words and phrases that this site does not mind"
    )


class Example(Part):
    """A text with what the policy must say of it."""

    text: Annotated[str, Field(min_length=1)]
    expect: Action
    rule: Identifier | None = Field(default=None, description="The rule that must decide")
    scores: dict[str, float | int] = {}
    author: dict[str, Any] = {}
    comment: dict[str, Any] = {}
    history: dict[str, int | float] = {}


class Document(Part):
    """A policy: word lists, shared conditions, rules, and examples of what they must say."""

    name: Identifier
    description: str | None = None
    timezone: str = Field(
        default="UTC", description="Zone of time.hour and time.weekday, such as Europe/Berlin"
    )
    profanity: Profanity = Profanity()
    lists: dict[Identifier, WordList] = {}
    conditions: dict[Identifier, Condition] = {}
    rules: Annotated[list[Rule], Field(max_length=1000)]
    otherwise: Action = Field(default="approve", description="When no rule matches")
    examples: list[Example] = []
