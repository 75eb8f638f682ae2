"""Keys: one for each thing a moderator does, which each person can change or switch off.

WCAG 2.1, 2.1.4: a shortcut of a single character can be turned off or given another key.
"""

from collections.abc import Mapping

from store.accounts import Preferences

DEFAULTS: Mapping[str, tuple[str, str]] = {
    "approve": ("a", "Approve"),
    "reject": ("r", "Reject"),
    "spam": ("s", "Spam"),
    "escalate": ("e", "Escalate to an admin"),
    "snooze": ("z", "Snooze for a day"),
    "undo": ("u", "Undo the last thing"),
    "next": ("j", "Next comment (skip)"),
    "previous": ("k", "Previous comment"),
    "select": ("x", "Select, to decide many at once"),
    "like": ("l", "All like this"),
    "campaign": ("c", "The first campaign: all of it is spam"),
    "note": ("n", "Write a note"),
    "reveal": ("v", "Show what is blurred"),
    "search": ("/", "Search"),
    "help": ("?", "All keys"),
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
        raise ValueError(f"a key is one character, `{long[0]}` is not")
    twice = {key for key in wanted.values() if list(wanted.values()).count(key) > 1}
    if twice:
        raise ValueError(f"`{min(twice)}` is given to two things")
    return {name: key for name, key in wanted.items() if key != DEFAULTS[name][0]}
