"""People who moderate: their accounts and what they may do at which site."""

from datetime import datetime
from typing import Literal

from argon2 import PasswordHasher
from sqlalchemy import Connection, insert, select, update

from store.ids import new_id
from store.tables import memberships, people

Role = Literal["moderator", "admin"]
SHORTEST_PASSWORD = 10  # characters
NO_HASH = "!"  # in its place: no password opens the account


class PersonExists(Exception):
    """That e-mail address moderates that site already."""


def add_moderator(
    tx: Connection, email: str, password_hash: str, site_id: str, role: Role, now: datetime
) -> None:
    """Make a person a moderator of a site, with a new account where there is none.

    An existing account keeps its password. Raises PersonExists.
    """
    email = email.strip().lower()
    person_id = tx.execute(select(people.c.id).where(people.c.email == email)).scalar()
    if person_id is None:
        person_id = new_id("usr")
        account = {"id": person_id, "email": email, "password_hash": password_hash}
        tx.execute(insert(people).values(created_at=now, **account))
    member = select(memberships.c.role).where(
        memberships.c.person_id == person_id, memberships.c.site_id == site_id
    )
    if tx.execute(member).scalar() is not None:
        raise PersonExists(email)
    tx.execute(insert(memberships).values(person_id=person_id, site_id=site_id, role=role))


def hash_password(password: str) -> str:
    """Return the argon2id hash (RFC 9106, the library's parameters); slow on purpose."""
    return PasswordHasher().hash(password)


def set_password(tx: Connection, email: str, password_hash: str) -> None:
    """Give an account another password; do nothing where there is no such account."""
    tx.execute(
        update(people)
        .where(people.c.email == email.strip().lower())
        .values(password_hash=password_hash)
    )
