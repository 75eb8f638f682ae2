"""What the web process counts and times. Names are part of the outside contract."""

from prometheus_client import Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call] # a line for each series, which nobody reads

REQUEST_SECONDS = Histogram(
    "tactful_http_request_seconds",
    "Time of one request, by route template.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
COMMENTS_RECEIVED = Counter(
    "tactful_comments_received", "Comments taken in, edits included.", ["protocol"]
)
LATE_ANSWERS = Counter(
    "tactful_late_answers",
    "Callers that waited in vain for a verdict and got the site's on_timeout answer.",
    ["protocol"],
)
RATE_LIMITED = Counter(
    "tactful_rate_limited", "Requests refused for coming too often, by whose limit.", ["limit"]
)
RATE_LIMIT_FAILURES = Counter(
    "tactful_rate_limit_failures", "Requests let through because Redis could not count them."
)
DECISIONS = Counter(
    "tactful_decisions",
    "Decisions of people, and whether they overturned the policy.",
    ["decision", "overturned"],
)

# What has happened never yet is told as 0: a rate needs a first value to rise from.
for _protocol in ("native", "akismet", "coral"):
    COMMENTS_RECEIVED.labels(_protocol)
for _protocol in ("akismet", "coral"):
    LATE_ANSWERS.labels(_protocol)
for _limit in ("site", "address"):
    RATE_LIMITED.labels(_limit)
