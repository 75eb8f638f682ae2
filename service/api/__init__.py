"""Version 1 of the HTTP API: one file a resource."""

from service.api.analyze import analysis
from service.api.appeals import appeals
from service.api.comments import comments
from service.api.decisions import decisions
from service.api.deliveries import deliveries
from service.api.erasure import erasure
from service.api.policy import policy
from service.api.policy_trials import policy_trials
from service.api.stats import stats
from service.api.webhook_actions import webhook_actions
from service.api.webhooks import webhooks
from service.http.operations import Resource

RESOURCES: tuple[Resource, ...] = (
    comments,
    decisions,
    appeals,
    erasure,
    analysis,
    policy,
    policy_trials,
    stats,
    webhooks,
    webhook_actions,
    deliveries,
)
