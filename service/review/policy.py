"""The policy: `/policy`, written with its faults beside it, tried, activated, and taken back."""

from http import HTTPStatus

from flask import abort, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from rules.tools.diff import Change, diff
from service.review.language import gettext as _
from service.review.pages import page, problem_page, render
from service.review.policy_trial import PAST, Trial, check, loaded, try_out
from service.review.visits import Visit, current_visit
from store.audit import note_action
from store.policies import PolicyVersion, activate_policy, list_policy_versions, policy_source

LONGEST = 500_000  # characters of a policy

policy = page("policy", admin=True)


@policy.get("/policy")
def show() -> str:
    """Show the active version, or another one to look at or go back to."""
    visit = current_visit()
    version = request.args.get("version", type=int)
    source, versions = visit.read(lambda tx: _stored(tx, visit, version))
    return _page(visit, source, versions, shown=version)


@policy.post("/policy/lint")
def lint_text() -> str:
    """Return what is wrong with the text as it is being written."""
    return render("_trial.html", trial=check(_source()), past=PAST)


@policy.post("/policy/try")
def try_text() -> str:
    """Show what the text would make of its examples and of the last comments; change nothing."""
    visit, source = current_visit(), _source()
    active, versions = visit.read(lambda tx: _stored(tx, visit, None))
    return _page(visit, source, versions, trial=try_out(visit, source, active))


@policy.post("/policy")
def activate() -> Response | str | tuple[str, int]:
    """Make the text the active version, unless it has an error or somebody else was faster."""
    visit, source = current_visit(), _source()
    expected = request.form.get("active", 0, type=int)
    compiled = loaded(source)
    if compiled is None:
        versions = visit.read(lambda tx: list_policy_versions(tx, visit.site.id))
        return _page(visit, source, versions, trial=check(source)), 422

    def work(tx: Connection) -> PolicyVersion | None:
        versions = list_policy_versions(tx, visit.site.id)
        if (versions[0].version if versions else 0) != expected:
            return None
        made = activate_policy(tx, visit.site.id, compiled.name, source, visit.now)
        about = f"version {made.version}"
        note_action(tx, visit.site.id, visit.account.email, "policy.activated", about, visit.now)
        return made

    if visit.write(work) is None:
        detail = _("Somebody activated another version in the meantime. Go back, and compare.")
        return problem_page(409, _("Not activated"), detail)
    visit.context.doorbell.ring("score")  # so that a worker compiles it before a comment waits
    return redirect(url_for("policy.show"), HTTPStatus.SEE_OTHER)


def _page(
    visit: Visit,
    source: str,
    versions: list[PolicyVersion],
    *,
    trial: Trial | None = None,
    shown: int | None = None,
) -> str:
    return render(
        "policy.html",
        source=source,
        versions=versions,
        shown=shown,
        trial=trial or check(source),
        changes=_changes(visit, versions, shown),
        past=PAST,
    )


def _changes(visit: Visit, versions: list[PolicyVersion], shown: int | None) -> list[Change]:
    """Return how the version that is shown differs from the active one."""
    if shown is None or not versions:
        return []
    active = versions[0].version
    sources = visit.read(
        lambda tx: [policy_source(tx, visit.site.id, one) for one in (active, shown)]
    )
    before, after = (loaded(source) for source in sources)
    return diff(before, after) if before and after else []


def _stored(tx: Connection, visit: Visit, version: int | None) -> tuple[str, list[PolicyVersion]]:
    versions = list_policy_versions(tx, visit.site.id)
    if not versions:
        return "", []
    wanted = versions[0].version if version is None else version
    if wanted not in {one.version for one in versions}:
        abort(404, _("The policy has no such version."))
    return policy_source(tx, visit.site.id, wanted), versions


def _source() -> str:
    # A browser sends line ends as CR LF, whatever was there before.
    return request.form.get("source", "")[:LONGEST].replace("\r\n", "\n")
