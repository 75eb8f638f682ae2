"""AutoModerator's checks of an author, as conditions."""

import re
from collections.abc import Iterator
from typing import Any

_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_AGE = re.compile(r"(<=|>=|==|<|>)\s*(\d+)\s*([a-z]*)")
_THRESHOLDS = frozenset(
    {"account_age", "comment_karma", "post_karma", "combined_karma", "link_karma"}
    | {f"{kind}_subreddit_karma" for kind in ("comment", "post", "combined")}
)
MODERATORS = 'author.role in ["administrator", "moderator", "owner"]'
TRUE = frozenset({"true", "yes", "on"})


class AuthorChecks:
    """The conditions of an `author:` group; `lost` names those that have no counterpart."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.lost: list[str] = []
        self.fewer: list[str] = []
        self._any = str(given.get("satisfy_any_threshold", "")).lower() in TRUE
        thresholds = [key for key in given if key in _THRESHOLDS]
        ages = [age for key in thresholds if (age := self._threshold(key, given[key]))]
        self.conditions: list[dict[str, Any]] = (
            [{"any_of": ages}] if self._any and ages else [{"when": a} for a in ages]
        )
        for key, wanted in given.items():
            if key not in _THRESHOLDS and key != "satisfy_any_threshold":
                self.conditions += self._other(key, wanted)
        if self._any and not ages:
            self.lost, self.fewer = [*self.lost, *self.fewer], []

    def _threshold(self, key: str, wanted: object) -> str | None:
        age = _AGE.fullmatch(str(wanted).strip().lower()) if key == "account_age" else None
        days = _DAYS.get((age[3] or "day").rstrip("s")) if age else None
        if age is None or days is None:
            (self.fewer if self._any else self.lost).append(f"author {key} {wanted}")
            return None
        return f"author.age_days {age[1]} {round(int(age[2]) * days, 4):g}"

    def _other(self, key: str, wanted: object) -> Iterator[dict[str, Any]]:
        if key == "is_moderator":
            yes = str(wanted).lower() in TRUE
            yield {"any_of": [MODERATORS]} if yes else {"none_of": [MODERATORS]}
        elif not key.lstrip("~").startswith("name"):
            self.lost.append(f"author {key}")
