"""Accounts: who can sign in, at which sites they moderate, and how they like their pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, delete, select, update

from store.people import Role
from store.records import Record, Site
from store.review_tables import sessions
from store.tables import memberships, people, sites

Theme = Literal["system", "light", "dark"]


class Preferences(BaseModel):
    """How a person likes the review pages; what is not set follows the system or the default.

    `keys` maps the names of `service.review.keys` to other keys. `blur` names labels whose
    comments stay blurred until asked for, `*` all of them. `break_minutes` 0 means no reminder;
    an empty `language`
    is the browser's; `filters` are saved filters of the queue, {name: query string}.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: Theme = "system"
    language: str = ""
    keys_on: bool = True
    keys: dict[str, str] = {}
    blur: list[str] = []
    hide_slurs: bool = False
    grey: bool = False
    break_minutes: int = 50
    filters: dict[str, str] = {}


class Account(Record):
    """A person who can sign in."""

    id: str
    email: str
    preferences: Preferences


class Membership(Record):
    """What a person may do at a site."""

    site: Site
    role: Role


class Member(Record):
    """A person as the admins of a site see them."""

    id: str
    email: str
    role: Role
    created_at: datetime
    last_seen_at: datetime | None


def account_with_password(tx: Connection, email: str) -> tuple[Account, str] | None:
    """Return an account and the hash of its password."""
    row = tx.execute(select(people).where(people.c.email == email.strip().lower())).one_or_none()
    if row is None:
        return None
    return _account(row.id, row.email, row.preferences), row.password_hash


def memberships_of(tx: Connection, person_id: str) -> Sequence[Membership]:
    """Return where a person moderates, by the site's name."""
    rows = tx.execute(
        select(*[sites.c[name] for name in Site.model_fields], memberships.c.role)
        .join(memberships, memberships.c.site_id == sites.c.id)
        .where(memberships.c.person_id == person_id)
        .order_by(sites.c.name)
    ).mappings()
    return [
        Membership(
            site=Site(**{name: row[name] for name in Site.model_fields}),
            role=row["role"],
        )
        for row in rows
    ]


def members_of(tx: Connection, site_id: str) -> Sequence[Member]:
    """Return who moderates a site, by e-mail address, and when each was last seen."""
    last = (
        select(sessions.c.seen_at)
        .where(sessions.c.person_id == people.c.id)
        .order_by(sessions.c.seen_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = tx.execute(
        select(
            people.c.id,
            people.c.email,
            memberships.c.role,
            people.c.created_at,
            last.label("last_seen_at"),
        )
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.site_id == site_id)
        .order_by(people.c.email)
    ).mappings()
    return [Member(**row) for row in rows]


def change_role(tx: Connection, site_id: str, person_id: str, role: Role) -> None:
    """Give a member of a site another role."""
    tx.execute(update(memberships).where(*_member(site_id, person_id)).values(role=role))


def remove_member(tx: Connection, site_id: str, person_id: str) -> None:
    """End a membership; the account stays, for other sites and for the log."""
    tx.execute(delete(memberships).where(*_member(site_id, person_id)))


def keep_preferences(tx: Connection, person_id: str, preferences: Preferences) -> None:
    """Store how a person likes the pages."""
    kept = preferences.model_dump_json(exclude_defaults=True)
    tx.execute(update(people).where(people.c.id == person_id).values(preferences=kept))


def _member(site_id: str, person_id: str) -> tuple[ColumnElement[bool], ...]:
    return (memberships.c.site_id == site_id, memberships.c.person_id == person_id)


def _account(person_id: str, email: str, preferences: str) -> Account:
    return Account(
        id=person_id, email=email, preferences=Preferences.model_validate_json(preferences)
    )
