"""Keys: one for each thing a moderator does, which each person can change or switch off.

WCAG 2.1, 2.1.4: a shortcut of a single character can be turned off or given another key.
"""

from collections.abc import Mapping

from service.review.language import N_
from service.review.language import gettext as _
from store.accounts import Preferences

DEFAULTS: Mapping[str, tuple[str, str]] = {
    "approve": ("a", N_("Approve")),
    "reject": ("r", N_("Reject")),
    "spam": ("s", N_("Spam")),
    "escalate": ("e", N_("Escalate to an admin")),
    "snooze": ("z", N_("Snooze for a day")),
    "send": ("m", N_("Send to another queue")),
    "undo": ("u", N_("Undo the last thing")),
    "next": ("j", N_("Next comment (skip)")),
    "previous": ("k", N_("Previous comment")),
    "select": ("x", N_("Select, to decide many at once")),
    "like": ("l", N_("All like this")),
    "campaign": ("c", N_("The first campaign: all of it is spam")),
    "note": ("n", N_("Write a note")),
    "reveal": ("v", N_("Show what is blurred")),
    "search": ("/", N_("Search")),
    "help": ("?", N_("All keys")),
}


def keys_of(preferences: Preferences) -> dict[str, str]:
    """Return {what it does: key} of a person; empty when they switched the keys off."""
    if not preferences.keys_on:
        return {}
    return {name: preferences.keys.get(name, key) for name, (key, _) in DEFAULTS.items()}


def checked_keys(given: Mapping[str, str]) -> dict[str, str]:
    """Return those keys that differ from the defaults; raise ValueError for what cannot work."""
    wanted = {name: given.get(name, key).strip() or key for name, (key, _) in DEFAULTS.items()}
    if long := [key for key in wanted.values() if len(key) != 1]:
        raise ValueError(_("A key is one character, `%s` is not.") % long[0])
    twice = {key for key in wanted.values() if list(wanted.values()).count(key) > 1}
    if twice:
        raise ValueError(_("`%s` is given to two things.") % min(twice))
    return {name: key for name, key in wanted.items() if key != DEFAULTS[name][0]}
