"""The review pages: where moderators work. One blueprint a page, each with its template."""

from flask import Blueprint

from service.review.account import account
from service.review.audit import audit
from service.review.bulk import bulk
from service.review.comment import comment
from service.review.deciding import deciding
from service.review.people import people
from service.review.queue import queue
from service.review.sign_in import sign_in

PAGES: tuple[Blueprint, ...] = (
    sign_in,
    queue,
    deciding,
    bulk,
    comment,
    people,
    audit,
    account,
)
