"""Visits: one request of somebody who is signed in, at the site they have in view."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar, cast

from flask import g
from sqlalchemy import Connection

from service.context import ServiceContext
from service.http.sessions import session_token
from store.accounts import Account, Membership, Preferences
from store.act_records import Moderator
from store.records import Site
from store.review import Looker
from store.sessions import SignedIn, csrf_token
from workers.signals import announce_review

Value = TypeVar("Value")


@dataclass(frozen=True)
class Visit:
    """Who looks at what; every query of a page is about `site` alone."""

    context: ServiceContext
    signed_in: SignedIn
    membership: Membership

    @property
    def site(self) -> Site:
        """The site in view."""
        return self.membership.site

    @property
    def account(self) -> Account:
        """Who it is."""
        return self.signed_in.account

    @property
    def preferences(self) -> Preferences:
        """How they like their pages."""
        return self.account.preferences

    @property
    def is_admin(self) -> bool:
        """Whether they may change the site."""
        return self.membership.role == "admin"

    @property
    def moderator(self) -> Moderator:
        """Who is on record for what is done."""
        return Moderator(self.account.id, self.account.email, self.is_admin)

    @property
    def looker(self) -> Looker:
        """Who looks at the queue, and when."""
        return Looker(self.account.id, self.now)

    def blurs(self, labels: Iterable[str]) -> bool:
        """Whether they want a comment of these labels blurred."""
        return "*" in self.preferences.blur or bool(set(self.preferences.blur) & set(labels))

    @cached_property
    def now(self) -> datetime:
        """The time of the request: the same for all that it does."""
        return self.context.clock()

    @cached_property
    def csrf(self) -> str:
        """What this session's forms for the site in view must carry."""
        return csrf_token(session_token(), self.site.id)

    def read(self, work: Callable[[Connection], Value]) -> Value:
        """Return what `work` reads; raise StoreUnavailable."""
        with self.context.database.read() as tx:
            return work(tx)

    def write(self, work: Callable[[Connection], Value]) -> Value:
        """Run `work` in one transaction; raise StoreUnavailable."""
        return self.context.database.write(work)

    def tell_others(self) -> None:
        """Have those who look at this site's queue look again; lost where Redis is away."""
        announce_review(self.context.redis, self.site.id)


def visit_of(context: ServiceContext, signed_in: SignedIn) -> Visit | None:
    """Return the visit to the site in view, else to their first one; None: they have none."""
    memberships = signed_in.memberships
    chosen = [one for one in memberships if one.site.id == signed_in.site_id]
    for membership in chosen or memberships[:1]:
        return Visit(context, signed_in, membership)
    return None


def current_visit() -> Visit:
    """Return the visit of this request, which the page's guard has let in."""
    return cast("Visit", g.visit)
