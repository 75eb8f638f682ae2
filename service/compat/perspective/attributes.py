"""Attributes: which of our scores answers to which of Perspective's names.

The pairs are Detoxify's own: it was trained on the data set that Perspective's makers published
(Jigsaw, Toxic Comment Classification Challenge 2018), and `obscene` is what they call PROFANITY.
"""

from collections.abc import Mapping

from rules.profanity import lists

PRODUCTION: Mapping[str, tuple[str, ...]] = {
    "TOXICITY": ("toxicity",),
    "SEVERE_TOXICITY": ("severe_toxicity",),
    "IDENTITY_ATTACK": ("identity_attack",),
    "INSULT": ("insult",),
    "PROFANITY": ("obscene", "profanity"),  # the model's view and the word lists': the higher one
    "THREAT": ("threat",),
}
_EXPERIMENTAL: Mapping[str, tuple[str, ...]] = {
    **{f"{name}_EXPERIMENTAL": scores for name, scores in PRODUCTION.items()},
    "TOXICITY_FAST": ("toxicity",),
    "SEXUALLY_EXPLICIT": ("sexual_explicit",),
    "OBSCENE": ("obscene",),
    "SPAM": ("spam",),
}
# Known names of what nothing here measures.
_BRIDGING = (
    "AFFINITY",
    "COMPASSION",
    "CONSTRUCTIVE",
    "CURIOSITY",
    "NUANCE",
    "PERSONAL_STORY",
    "REASONING",
    "RESPECT",
)
_PERSUASION = (
    "ALIENATION",
    "POWER_APPEAL",
    "FEARMONGERING",
    "GENERALIZATION",
    "MORAL_OUTRAGE",
    "SCAPEGOATING",
)
_UNMEASURED = frozenset(
    {
        *(f"{name}_EXPERIMENTAL" for name in (*_BRIDGING, *_PERSUASION)),
        "ATTACK_ON_AUTHOR",
        "ATTACK_ON_COMMENTER",
        "FLIRTATION",
        "INCOHERENT",
        "INFLAMMATORY",
        "LIKELY_TO_REJECT",
        "UNSUBSTANTIAL",
    }
)


def is_attribute(key: str) -> bool:
    """Whether Perspective has an attribute of this name; `NAME@VERSION` is one too."""
    name = name_of(key)
    return name in PRODUCTION or name in _EXPERIMENTAL or name in _UNMEASURED


def value_of(key: str, scores: Mapping[str, float], unread: str | None = None) -> float | None:
    """Return the value of an attribute, or None where the engine measures nothing like it.

    A production attribute always has one: an engine that knows only `toxicity` answers with
    that, because a client that asked for a threat must not read 0 where nobody looked. So there
    is none either for no profanity in a language that neither the engine (`unread`) nor a word
    list knows.
    """
    name = name_of(key)
    wanted = PRODUCTION.get(name) or _EXPERIMENTAL.get(name, ())
    found = [scores[score] for score in wanted if score in scores]
    if "profanity" in wanted and unread and not any(found) and not _is_listed(unread):
        return None
    if found:
        return max(found)
    return scores.get("toxicity") if name.removesuffix("_EXPERIMENTAL") in PRODUCTION else None


def name_of(key: str) -> str:
    """Return the attribute's name without its version."""
    return key.partition("@")[0]


def _is_listed(language: str) -> bool:
    return any(found.language == language for found in lists())
