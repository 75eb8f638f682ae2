"""Test conventions: what Akismet documents to be answered the same way every time.

Nothing of these is stored or judged: they are questions about the protocol, not comments.
"""

from service.compat.akismet.form import Form
from service.compat.checks import Outcome

_SPAM = "akismet-guaranteed-spam"
_SPAM_AUTHORS = frozenset({"viagra-test-123", _SPAM})
_SPAM_EMAIL = f"{_SPAM}@example.com"
_HYPHENS = str.maketrans("\u2010\u2011", "--")  # Akismet's page shows the unbreakable one
_ADMINISTRATORS = frozenset({"administrator", "super_admin"})


def fixed_outcome(form: Form) -> Outcome | None:
    """Return the answer that the conventions fix, or None where there is something to judge.

    The role goes first. WordPress sends a list of roles, separated by commas. `test_discard` is
    our own addition, honoured with `is_test` alone.
    """
    if _ADMINISTRATORS & {role.strip() for role in form.get("user_role").split(",")}:
        return Outcome("approve")
    if form.flag("is_test") and form.flag("test_discard"):
        return Outcome("reject", discard=True)
    spam = (
        _copied(form, "comment_author") in _SPAM_AUTHORS
        or _copied(form, "comment_author_email") == _SPAM_EMAIL
        or _copied(form, "comment_content") == _SPAM  # PeerTube's tests
    )
    return Outcome("reject") if spam else None


def _copied(form: Form, name: str) -> str:
    """Return a field as it was meant by who copied it from a page."""
    return form.get(name).lower().translate(_HYPHENS)


def honeypot_filled(form: Form) -> bool:
    """Whether a field that people cannot see was filled in, as only programs do."""
    name = form.get("honeypot_field_name")
    return bool(name and form.get(name))
