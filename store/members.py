"""Members of a site: what its admins may do to accounts, which may be other sites' as well.

Errors
    OfAnotherSite    the account is not this site's alone, so its admins may not do that
    LastAdmin        the site would have no admin left, and nobody who could change it
"""

from datetime import datetime

from sqlalchemy import Connection, select

from store.accounts import account_with_password, change_role, memberships_of, remove_member
from store.people import Role, add_moderator, set_password
from store.sessions import end_other_sessions
from store.tables import memberships, people


class OfAnotherSite(Exception):
    """The account belongs to another site; only who runs the service knows whose it is."""


class LastAdmin(Exception):
    """Somebody else has to be made an admin first."""


def take_in(
    tx: Connection, email: str, password_hash: str, site_id: str, role: Role, now: datetime
) -> None:
    """Make a person a member of a site, with this password.

    Whoever made an account knows its password: one that no site has any more gets the new one.
    Raises PersonExists, OfAnotherSite.
    """
    if (found := account_with_password(tx, email)) is not None:
        account, _ = found
        # Locked: two sites that take in an account of none at once would both find it free.
        tx.execute(select(people.c.id).where(people.c.id == account.id).with_for_update())
        sites = {one.site.id for one in memberships_of(tx, account.id)}
        if sites and site_id not in sites:
            raise OfAnotherSite(email)
        if not sites:
            set_password(tx, email, password_hash)
            end_other_sessions(tx, account.id)
    add_moderator(tx, email, password_hash, site_id, role, now)


def refuse_last_admin(tx: Connection, site_id: str, person_id: str) -> None:
    """Raise LastAdmin if nobody else is one; until the end of `tx` that stays as it is found."""
    # All of them are locked: two who demote each other would else both find the other.
    admins = tx.execute(
        select(memberships.c.person_id)
        .where(memberships.c.site_id == site_id, memberships.c.role == "admin")
        .order_by(memberships.c.person_id)
        .with_for_update()
    )
    if admins.scalars().all() == [person_id]:
        raise LastAdmin(person_id)


def give_role(tx: Connection, person_id: str, site_id: str, role: Role) -> None:
    """Give a member another role; raise OfAnotherSite for who would be an admin.

    An admin of two sites makes them one owner's (`store.owners`), whose counts they share.
    """
    if role == "admin":
        _refuse_shared(tx, person_id, site_id)
    change_role(tx, site_id, person_id, role)


def put_out(tx: Connection, person_id: str, site_id: str) -> None:
    """End a membership, and the sessions of who has no other."""
    remove_member(tx, site_id, person_id)
    if not memberships_of(tx, person_id):
        end_other_sessions(tx, person_id)


def sign_out(tx: Connection, person_id: str, site_id: str) -> None:
    """End all sessions of a member; raise OfAnotherSite."""
    _refuse_shared(tx, person_id, site_id)
    end_other_sessions(tx, person_id)


def _refuse_shared(tx: Connection, person_id: str, site_id: str) -> None:
    if any(one.site.id != site_id for one in memberships_of(tx, person_id)):
        raise OfAnotherSite(person_id)
