"""Signing in: a password is checked, slowly on purpose and only so often.

Errors
    SignInThrottled    too many failures for this address of mail, or from this sender

A sender is a neighbourhood of network addresses. Strangers who fail at a person's address of mail
do not lock that person out where they have a session.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select

from rules.networks import neighbourhood
from store.accounts import Account, account_with_password
from store.database import Database
from store.ids import new_id
from store.people import NO_HASH
from store.review_tables import sessions, sign_in_failures
from store.tables import people

WINDOW = timedelta(minutes=15)
FAILURES_A_PERSON = 8  # within WINDOW, by one sender
FAILURES_OF_ALL = 100  # at one person
FAILURES_AN_ADDRESS = 100  # by one sender: an office has one address


class SignInThrottled(Exception):
    """Too many failures of late; the right password does not help before they are forgotten."""


def check_password(
    database: Database, email: str, password: str, address: str, now: datetime
) -> Account | None:
    """Return the account that this e-mail address and password open.

    The hash is computed outside of any transaction: it takes tens of milliseconds. An unknown
    address, or one without a password, takes as long as a wrong password. Raises
    SignInThrottled, StoreUnavailable.
    """
    with database.read() as tx:
        _refuse_too_many(tx, email, address, now)
        found = account_with_password(tx, email)
    account, stored = found or (None, NO_HASH)
    if _matches(stored, password) and account is not None:
        database.write(lambda tx: _forget(tx, email))
        return account
    database.write(lambda tx: _note_failure(tx, email, address, now))
    return None


def _matches(stored: str, password: str) -> bool:
    """Whether a password is the one of an argon2id hash."""
    try:
        return PasswordHasher().verify(_nobody() if stored == NO_HASH else stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return PasswordHasher().hash(secrets.token_urlsafe(32))


def _refuse_too_many(tx: Connection, email: str, address: str, now: datetime) -> None:
    by_person = sign_in_failures.c.email_digest == _digest(email)
    by_address = sign_in_failures.c.address == address[:60]
    for whose, most in (
        (and_(by_person, by_address), FAILURES_A_PERSON),
        (by_address, FAILURES_AN_ADDRESS),
    ):
        if _failures(tx, whose, now) >= most:
            raise SignInThrottled
    too_many = _failures(tx, by_person, now) >= FAILURES_OF_ALL
    if too_many and not _is_familiar(tx, email, address, now):
        raise SignInThrottled


def _is_familiar(tx: Connection, email: str, address: str, now: datetime) -> bool:
    """Whether this person signed in from here of late, and did not sign out again."""
    query = (
        select(sessions.c.address)
        .join(people, people.c.id == sessions.c.person_id)
        .where(people.c.email == email.strip().lower(), sessions.c.expires_at > now)
    )
    return address in {neighbourhood(known) for known in tx.execute(query).scalars()}


def _failures(tx: Connection, whose: ColumnElement[bool], now: datetime) -> int:
    recent = sign_in_failures.c.failed_at > now - WINDOW
    query = select(func.count()).select_from(sign_in_failures).where(whose, recent)
    return int(tx.execute(query).scalar_one())


def _note_failure(tx: Connection, email: str, address: str, now: datetime) -> None:
    tx.execute(delete(sign_in_failures).where(sign_in_failures.c.failed_at <= now - WINDOW))
    row = {"id": new_id("sif"), "email_digest": _digest(email), "address": address[:60]}
    tx.execute(insert(sign_in_failures).values(failed_at=now, **row))


def _forget(tx: Connection, email: str) -> None:
    tx.execute(delete(sign_in_failures).where(sign_in_failures.c.email_digest == _digest(email)))


def _digest(email: str) -> str:
    # Not the address itself: people type their password into the wrong field.
    return hashlib.sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()
