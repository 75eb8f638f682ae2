"""The review pages: where moderators work. One blueprint a page, each with its template."""

from flask import Blueprint

from service.review.account import account
from service.review.appeals import appeals
from service.review.audit import audit
from service.review.bulk import bulk
from service.review.comment import comment
from service.review.deciding import deciding
from service.review.insight import insight
from service.review.keys_page import site_keys
from service.review.live import live
from service.review.people import people
from service.review.policy import policy
from service.review.queue import queue
from service.review.second_opinions import second_opinions
from service.review.sign_in import sign_in
from service.review.single_sign_on import single_sign_on
from service.review.site import site
from service.review.webhooks import webhooks

PAGES: tuple[Blueprint, ...] = (
    sign_in,
    single_sign_on,
    queue,
    live,
    deciding,
    bulk,
    comment,
    appeals,
    second_opinions,
    insight,
    policy,
    webhooks,
    site_keys,
    site,
    people,
    audit,
    account,
)
