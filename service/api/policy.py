"""The policy: the rules that judge a site's comments, read and replaced."""

from dataclasses import dataclass
from typing import Any

from flask import request
from pydantic import BaseModel, Field, RootModel
from sqlalchemy import Connection
from werkzeug.datastructures import ETags

from rules.loading.lint import examine
from rules.loading.source import read_source
from service.api.policy_faults import faults_of, refuse_errors
from service.http.bodies import read_text
from service.http.calls import Call
from service.http.operations import Answer, Header, Resource
from service.http.problems import Fault, Refused
from service.http.replies import JSON, Reply
from store.policies import PolicyVersion, activate_policy, list_policy_versions, policy_source

YAML = "application/yaml"
_ETAG = {"ETag": "Names the version; for `If-Match`."}
IF_MATCH = Header(
    "If-Match",
    "The `ETag` of the policy that this one replaces; refused when it is not the active one.",
    {"type": "string"},
)
IF_NONE_MATCH = Header(
    "If-None-Match", "`*`: refused when there is a policy already.", {"type": "string"}
)

policy = Resource("Policy", "The rules that judge the site's comments. Every version is kept.")


class PolicyDocument(RootModel[dict[str, Any]]):
    """A policy as it is written; its keys are explained with the policies themselves."""


class Activated(PolicyVersion):
    """The version that judges from now on, and what is doubtful about it."""

    warnings: list[Fault]


class PolicyVersions(BaseModel):
    """All versions of a site's policy."""

    items: list[PolicyVersion] = Field(description="Newest first; the first one is active.")


@policy.operation(
    "GET",
    "/v1/policy",
    summary="Read the active policy",
    answers=(Answer(200, "The policy.", PolicyDocument, (YAML, JSON), headers=_ETAG),),
    problems=("not-found",),
)
def read_policy(call: Call) -> Reply[str] | Reply[PolicyDocument]:
    """Return the policy as YAML, as it was written, or as JSON where `Accept` prefers that."""
    version, source = call.read(lambda tx: _active(tx, call))
    headers = {"ETag": _etag(version.version)}
    if request.accept_mimetypes.best_match([YAML, JSON], default=YAML) == JSON:
        return Reply(200, PolicyDocument(read_source(source).value), headers=headers)
    return Reply(200, source, headers=headers, media_type=YAML)


@policy.operation(
    "PUT",
    "/v1/policy",
    summary="Replace the policy",
    answers=(Answer(200, "It is active now.", Activated, headers=_ETAG),),
    problems=("invalid-policy", "precondition-failed"),
    headers=(IF_MATCH, IF_NONE_MATCH),
    text_body=(YAML, JSON),
)
def replace_policy(call: Call) -> Reply[Activated]:
    """Check a policy and make it the active one, as the site's next version.

    With an error nothing changes, and the answer has the line and column of each. The text that
    is active already stays the same version. Comments that were judged keep their verdicts.
    """
    source = read_text(YAML, JSON)
    compiled, problems = examine(source)
    refuse_errors(problems)
    assert compiled is not None  # noqa: S101 - there is no error
    name = compiled.document.name
    # Read here: a transaction may run on another thread, which knows of no request.
    wanted = _Wanted(
        request.if_match if "If-Match" in request.headers else None, request.if_none_match
    )
    version = call.context.database.write(lambda tx: _activate(tx, call, name, source, wanted))
    call.context.doorbell.ring("score")  # so that a worker compiles it before a comment waits
    activated = Activated(**version.model_dump(), warnings=faults_of(problems))
    return Reply(200, activated, headers={"ETag": _etag(version.version)})


@policy.operation(
    "GET",
    "/v1/policy/versions",
    summary="List the policy's versions",
    answers=(Answer(200, "All versions.", PolicyVersions),),
)
def list_versions(call: Call) -> Reply[PolicyVersions]:
    """Return every version that was ever active, newest first."""
    found = call.read(lambda tx: list_policy_versions(tx, call.site.id))
    return Reply(200, PolicyVersions(items=found))


def _active(tx: Connection, call: Call) -> tuple[PolicyVersion, str]:
    versions = list_policy_versions(tx, call.site.id)
    if not versions:
        raise Refused("not-found", "This site has no policy yet.")
    return versions[0], policy_source(tx, call.site.id, versions[0].version)


@dataclass(frozen=True)
class _Wanted:
    """What the caller believes to be active (RFC 9110, 13.1.1), and what must not be (13.1.2)."""

    active: ETags | None
    inactive: ETags

    def __bool__(self) -> bool:
        return self.active is not None or bool(self.inactive)

    def allows(self, current: int) -> bool:
        """Whether the version may be replaced; 0 is that there is none, which no `*` names."""
        if self.active is not None and not (current and self.active.contains(str(current))):
            return False
        return not (current and self.inactive.contains_weak(str(current)))


def _activate(tx: Connection, call: Call, name: str, source: str, wanted: _Wanted) -> PolicyVersion:
    versions = list_policy_versions(tx, call.site.id)
    current = versions[0].version if versions else 0
    if not wanted.allows(current):
        raise Refused("precondition-failed")
    if versions and policy_source(tx, call.site.id, current) == source:
        return versions[0]
    version = activate_policy(tx, call.site.id, name, source, call.context.clock())
    if wanted and version.version != current + 1:
        raise Refused("precondition-failed")  # another was activated while this one waited
    call.note(tx, "policy.activated", f"version {version.version}")
    return version


def _etag(version: int) -> str:
    return f'"{version}"'
