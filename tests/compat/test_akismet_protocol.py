"""Akismet's protocol over real HTTP: its answers, its conventions, and what bad input gets."""

import json
import time
from typing import Any

import httpx
import pytest

from rules.loading.presets import preset
from store.sites import rotate_key, set_akismet_review
from tests.compat.conftest import Blog
from tests.conftest import NOW
from tests.servers import wait_until

WORDPRESS = {"User-Agent": "WordPress/6.1.9 | Akismet/5.0.2"}


def test_answers_are_one_word_of_plain_text(blog: Blog) -> None:
    answer = blog.check("What a lovely article.")
    assert (answer.status_code, answer.content) == (200, b"false")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert len(answer.headers["X-akismet-guid"]) == 32


@pytest.mark.parametrize(
    ("text", "body", "tip"),
    [
        ("What a lovely article.", "false", None),
        ("This is bullshit.", "true", None),
        ("Do reject me.", "true", None),
        ("Buy cheap pills here.", "true", "discard"),
    ],
)
def test_the_policys_action_becomes_what_a_blog_understands(
    blog: Blog, text: str, body: str, tip: str | None
) -> None:
    answer = blog.check(text)
    assert answer.text == body
    assert answer.headers.get("X-akismet-pro-tip") == tip


@pytest.mark.parametrize(("choice", "body"), [("hold", "true"), ("publish", "false")])
def test_a_site_chooses_what_review_means_to_its_blog(blog: Blog, choice: str, body: str) -> None:
    blog.write(lambda tx, site_id: set_akismet_review(tx, site_id, choice))  # type: ignore[arg-type]
    answer = blog.check("This is bullshit.")
    assert answer.text == body
    assert ("x-akismet-error" in answer.headers) == (choice == "hold")
    assert "x-akismet-pro-tip" not in answer.headers
    assert blog.check("Do reject me.").text == "true"
    assert blog.check("What a lovely article.").text == "false"


def test_only_wordpress_holds_at_another_word(blog: Blog) -> None:
    # rakismet and Symfony's guestbook publish at any word but `true`.
    blog.write(lambda tx, site_id: set_akismet_review(tx, site_id, "hold"))
    fields = {"user_ip": "203.0.113.9", "comment_content": "This is bullshit."}
    assert blog.post("/1.1/comment-check", WORDPRESS, **fields).text == "pending"
    assert blog.post("/1.1/comment-check", **fields).text == "true"


@pytest.mark.parametrize("path", ["comment-check", "submit-spam", "submit-ham"])
@pytest.mark.parametrize("name", ["comment_content", "comment_author", "referrer"])
def test_a_reference_longer_than_any_number_is_no_fault(blog: Blog, name: str, path: str) -> None:
    fields = {"user_ip": "203.0.113.9", "comment_content": "bullshit"}
    fields |= {name: f"bullshit http://x.example/&#{'1' * 5_000};"}
    word = "true" if path == "comment-check" else "Thanks for making the web a better place."
    answer = blog.post(f"/1.1/{path}", **fields)
    assert (answer.status_code, answer.text) == (200, word)


def test_a_good_answer_has_no_header_that_clients_take_for_trouble(blog: Blog) -> None:
    for answer in (blog.check("Hello"), blog.check("bullshit"), blog.post("/1.1/verify-key")):
        trouble = [name for name in answer.headers if "debug" in name or "alert" in name]
        assert trouble == []


@pytest.mark.parametrize("name", ["api_key", "key"])
def test_the_key_may_stand_in_the_body_or_the_query(blog: Blog, name: str) -> None:
    key = {name: blog.keys.akismet_key}
    fields = {"blog": "https://blog.example", "user_ip": "203.0.113.9"}
    url = f"{blog.url}/1.1/comment-check"
    assert httpx.post(url, data={**key, **fields, "comment_content": "Hi"}).text == "false"
    assert httpx.post(url, params=key, data={**fields, "comment_content": "Hi"}).text == "false"


def test_the_key_may_be_the_hosts_first_label(blog: Blog) -> None:
    fields = {"blog": "https://blog.example", "user_ip": "203.0.113.9", "comment_content": "Hi"}
    host = f"{blog.keys.akismet_key.upper()}.rest.akismet.com"
    url = f"{blog.url}/1.1/comment-check"
    assert httpx.post(url, data=fields, headers={"Host": host}).text == "false"
    assert httpx.post(url, data=fields, headers={"X-Forwarded-Host": host}).text == "false"
    # A key in the body is the one that counts.
    wrong = {**fields, "api_key": "wrongwrong12"}
    assert httpx.post(url, data=wrong, headers={"Host": host}).text == "invalid"


def test_the_sites_other_key_opens_it_too(blog: Blog) -> None:
    fields = {"key": blog.keys.api_key, "blog": "https://blog.example"}
    assert httpx.post(f"{blog.url}/1.1/verify-key", data=fields).text == "valid"


def test_verify_key_asks_about_the_new_key_not_the_one_in_use(blog: Blog, other: Blog) -> None:
    answer = blog.post("/1.1/verify-key", key="wrongwrong12")
    assert answer.text == "invalid"
    assert blog.post("/1.1/verify-key", key=other.keys.akismet_key).text == "valid"


@pytest.mark.parametrize("missing", ["blog", "user_ip", "api_key"])
def test_a_missing_field_is_named(blog: Blog, missing: str) -> None:
    answer = blog.check("Hello", **{missing: ""})
    assert (answer.status_code, answer.text) == (200, "invalid")
    assert missing in answer.headers["X-akismet-debug-help"]
    assert blog.comments() == []


def test_a_rotated_key_says_so_to_the_blogs_admin(blog: Blog) -> None:
    blog.write(lambda tx, site_id: rotate_key(tx, site_id, "akismet", NOW))
    time.sleep(1.2)  # a key is remembered for a second
    answer = blog.check("Hello")
    assert answer.text == "invalid"
    assert int(answer.headers["X-akismet-alert-code"]) > 0
    assert "new key" in answer.headers["X-akismet-alert-msg"]
    assert blog.comments() == []  # and the site's other key still works


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"user_role": "administrator"}, "false"),
        ({"user_role": "administrator", "comment_author": "viagra-test-123"}, "false"),
        ({"user_role": "subscriber,administrator"}, "false"),
        ({"user_role": "subscriber"}, "true"),  # then the text counts
        ({"is_test": "1", "test_discard": "1"}, "true"),
    ],
)
def test_the_documented_test_conventions_hold(
    blog: Blog, fields: dict[str, str], body: str
) -> None:
    text = "This is bullshit." if body == "true" or "user_role" in fields else "Lovely."
    assert blog.check(text, **fields).text == body


def test_discard_can_be_tried_with_is_test_alone(blog: Blog) -> None:
    tried = blog.check("Lovely.", is_test="true", test_discard="1")
    assert tried.headers["X-akismet-pro-tip"] == "discard"
    meant = blog.check("Lovely.", is_test="false", test_discard="1")
    assert meant.text == "false"


def test_a_filled_honeypot_is_spam(blog: Blog) -> None:
    trap = {"honeypot_field_name": "hidden_url"}
    assert blog.check("Lovely.", **trap, hidden_url="").text == "false"
    caught = blog.check("Lovely, visit my shop.", **trap, hidden_url="http://shop.example")
    assert caught.text == "true"
    assert blog.comment_of(caught)["decision"]["decision"] == "spam"


def test_a_test_teaches_nobody(blog: Blog) -> None:
    blog.check("This is bullshit.", is_test="1")
    blog.post(
        "/1.1/submit-ham", user_ip="203.0.113.9", comment_content="This is bullshit.", is_test="1"
    )
    assert [one["decision"] for one in blog.comments()] == [None]


def test_a_repeated_check_is_the_same_comment(blog: Blog) -> None:
    first, second = blog.check("Hello there."), blog.check("Hello there.")
    assert first.headers["X-akismet-guid"] == second.headers["X-akismet-guid"]
    assert len(blog.comments()) == 1


def test_the_same_words_under_another_article_are_another_comment(blog: Blog) -> None:
    blog.check("Hello there.", permalink="https://blog.example/a")
    blog.check("Hello there.", permalink="https://blog.example/b")
    assert len(blog.comments()) == 2


def test_what_wordpress_slashed_is_unslashed(blog: Blog) -> None:
    answer = blog.post(
        "/1.1/comment-check",
        WORDPRESS,
        user_ip="203.0.113.9",
        comment_content=r"Don\'t say \"C:\\temp\"",
        comment_author=r"O\'Brien",
    )
    guid = answer.headers["X-akismet-guid"]
    # What WordPress sends from its database has no slashes, and is the same comment.
    blog.post(
        "/1.1/submit-spam",
        WORDPRESS,
        user_ip="203.0.113.9",
        comment_content=r"""Don't say "C:\temp" """,
        comment_author="O'Brien",
    )
    (stored,) = blog.comments()
    assert stored["metadata"]["akismet"]["guid"] == guid
    assert stored["decision"]["decision"] == "spam"


def test_a_decision_may_name_the_guid(blog: Blog) -> None:
    answer = blog.check("This is bullshit.")
    guid = answer.headers["X-akismet-guid"]
    blog.post("/1.1/submit-ham", guid=guid, user_ip="198.51.100.1", reporter="ann")
    (stored,) = blog.comments()
    assert (stored["decision"]["decision"], stored["decision"]["actor"]) == ("ham", "ann")


@pytest.mark.parametrize(
    "fields",
    [
        {"user_agent": "Mozilla/5.0 (another)"},
        {"comment_author_email": "another@example.org"},
        {"honeypot_field_name": "hidden_url", "hidden_url": "http://shop.example"},
        {"recheck_reason": "recheck_queue", "comment_agent": "Mozilla/5.0 (another)"},
    ],
)
@pytest.mark.parametrize(
    ("text", "said", "body"), [("Lovely.", "spam", "true"), ("This is bullshit.", "ham", "false")]
)
def test_the_same_words_sent_again_do_not_undo_a_person(
    blog: Blog, text: str, said: str, body: str, fields: dict[str, str]
) -> None:
    blog.check(text, user_agent="Mozilla/5.0")
    blog.post(f"/1.1/submit-{said}", user_ip="203.0.113.9", comment_content=text)
    decided = blog.comments()
    assert blog.check(f"{text}\r\n", **fields).text == body
    assert blog.comments() == decided


NICE = {"user_ip": "203.0.113.9", "comment_author": "Ada", "comment_content": "Nice article."}
DRESSED_UP = [
    {"comment_content": "Nice <buy cheap pills, you> article."},
    {"comment_content": 'Nice <a href="https://casino.example/">article</a>.'},
    {"comment_author_url": "https://casino.example/"},
    {"comment_author": "<b title='casino'>Ada</b>"},
]


@pytest.mark.parametrize("dress", DRESSED_UP)
def test_what_was_approved_is_judged_again_in_another_dress(
    blog: Blog, dress: dict[str, str]
) -> None:
    blog.post("/1.1/comment-check", **NICE)
    blog.post("/1.1/submit-ham", **NICE)
    answer = blog.post("/1.1/comment-check", **{**NICE, **dress})
    assert answer.text == ("true" if "pills" in str(dress) else "false")
    (stored,) = blog.comments()
    assert (stored["revision"], stored["status"], stored["decision"]) == (2, "scored", None)


@pytest.mark.parametrize("dress", DRESSED_UP)
@pytest.mark.parametrize("naming", ["by its guid, too", "by its words"])
def test_ham_approves_what_the_moderator_saw_not_what_came_in_another_dress_since(
    blog: Blog, dress: dict[str, str], naming: str
) -> None:
    guid = blog.post("/1.1/comment-check", **NICE).headers["X-akismet-guid"]
    dressed = blog.post("/1.1/comment-check", **{**NICE, **dress}).text
    fields = {"guid": guid} if naming.startswith("by its guid") else {}
    for _ in range(2):
        blog.post("/1.1/submit-ham", **NICE, **fields)
    (stored,) = blog.comments()
    assert (stored["revision"], stored["decision"]["decision"]) == (3, "ham")
    assert blog.post("/1.1/comment-check", **NICE).text == "false"
    assert blog.comments() == [stored]
    assert blog.post("/1.1/comment-check", **{**NICE, **dress}).text == dressed
    (stored,) = blog.comments()
    assert (stored["revision"], stored["decision"]) == (4, None)


STORED_BY_WORDPRESS = [
    (
        "Do reject me. <a href='https://x.example/?a=1&b=2'>x</a> & I",
        'Do reject me. <a href="https://x.example/?a=1&#038;b=2" rel="nofollow ugc">x</a> &amp; I',
    ),
    (
        '<p>Do reject me.<br></p> <a target="_blank" href="https://x.example">x',
        'Do reject me. <a href="https://x.example" rel="ugc">x</a>',
    ),
    ("Do reject me.", "Do reject  me.\r\n"),
]


@pytest.mark.parametrize(("sent", "stored"), STORED_BY_WORDPRESS)
def test_ham_of_markup_that_a_blog_rewrote_overturns_the_verdict(
    blog: Blog, sent: str, stored: str
) -> None:
    answer = blog.post("/1.1/comment-check", **{**NICE, "comment_content": sent})
    blog.post("/1.1/submit-ham", **{**NICE, "comment_content": stored})
    known = blog.comment_of(answer)
    assert (known["revision"], known["verdict"]["action"]) == (1, "reject")
    assert known["decision"]["overturned"]


@pytest.mark.parametrize("who", [{"comment_author_email": "ada@example.org"}, {"user_id": "42"}])
@pytest.mark.parametrize("told", [{}, {"comment_author": "Ada"}])
@pytest.mark.parametrize(
    ("sent", "revision"),
    [("Do reject me.", 1), ('Do <a href="https://casino.example/">reject</a> me.', 2)],
)
def test_ham_of_a_guid_and_the_text_alone_leaves_the_comment_its_author(
    blog: Blog, who: dict[str, str], told: dict[str, str], sent: str, revision: int
) -> None:
    fields = {**NICE, **who, "permalink": "https://blog.example/p", "comment_content": sent}
    answer = blog.post("/1.1/comment-check", **fields)
    shown = {"user_ip": "203.0.113.9", "comment_content": "Do reject me.", **told}
    blog.post("/1.1/submit-ham", guid=answer.headers["X-akismet-guid"], **shown)
    known = blog.comment_of(answer)
    assert (known["revision"], known["decision"]["decision"]) == (revision, "ham")
    assert known["decision"]["overturned"] == (revision == 1)
    author = who.get("user_id") or "mailto:ada@example.org"
    assert blog.api.delete(f"/v1/authors/{author}").status_code == 204
    assert [one["status"] for one in blog.comments()] == ["erased"]


@pytest.mark.parametrize("dress", DRESSED_UP)
def test_what_was_rejected_stays_so_in_any_dress(blog: Blog, dress: dict[str, str]) -> None:
    blog.post("/1.1/submit-spam", **NICE)
    decided = blog.comments()
    assert blog.post("/1.1/comment-check", **{**NICE, **dress}).text == "true"
    assert blog.comments() == decided


@pytest.mark.parametrize("by", ["submit-ham", "a decision here"])
def test_who_approves_what_was_not_read_whole_approves_no_other_end(blog: Blog, by: str) -> None:
    text = "lovely " * 10_000
    dressed = text + '<a href="https://casino.example/"></a>'
    stored = blog.comment_of(blog.check(text))
    if by == "submit-ham":  # its moderator saw the whole in the blog
        blog.post("/1.1/submit-ham", user_ip="203.0.113.9", comment_content=text)
    else:
        blog.api.post(f"/v1/comments/{stored['id']}/decision", json={"decision": "approve"})
    assert blog.check(f"{text}\r\n", recheck_reason="recheck_queue").text == "false"
    assert blog.check(dressed).text == "true"
    (stored,) = blog.comments()
    assert (stored["revision"], stored["decision"]) == (2, None)
    blog.post("/1.1/submit-ham", user_ip="203.0.113.9", comment_content=text)
    assert blog.check(text).text == "false"


def test_server_variables_and_form_fields_are_not_stored(blog: Blog) -> None:
    blog.check(
        "Hello with baggage.",
        HTTP_COOKIE="session=SECRETCOOKIE",
        POST_password="SECRETFIELD",
        REMOTE_ADDR="192.0.2.77",
        comment_post_ID="17",
    )
    (stored,) = blog.comments()
    assert stored["metadata"]["akismet"]["comment_post_ID"] == "17"
    for word in (b"SECRETCOOKIE", b"SECRETFIELD", b"192.0.2.77"):
        assert word not in blog.stored()


def test_every_form_of_context_is_read(blog: Blog) -> None:
    fields: dict[str, Any] = {
        "user_ip": "203.0.113.9",
        "comment_content": "I agree.",
        "comment_context[0]": "first context",
        "comment_context[]": ["second context", "third context"],
        "comment_context": "fourth context",
    }
    blog.post("/1.1/comment-check", **fields)
    for word in (b"first context", b"second context", b"third context", b"fourth context"):
        assert word in blog.stored()


def test_other_charsets_are_read(blog: Blog) -> None:
    body = b"api_key=" + blog.keys.akismet_key.encode()
    body += b"&blog=https://blog.example&user_ip=203.0.113.9&comment_content=Caf%E9+br%FBl%E9"
    kind = "application/x-www-form-urlencoded; charset=ISO-8859-1"
    url = f"{blog.url}/1.1/comment-check"
    assert httpx.post(url, content=body, headers={"Content-Type": kind}).text == "false"
    assert "Café brûlé".encode() in blog.stored()


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"%", b"a=%00%ff%C0", b"=&=&=", b"{}", b"[" * 100_000],
)
def test_nonsense_is_invalid_and_no_fault(blog: Blog, body: bytes) -> None:
    for path in ("1.1/comment-check", "1.1/submit-spam", "1.1/verify-key", "1.2/key-sites"):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = httpx.post(f"{blog.url}/{path}", content=body, headers=kind)
        assert (answer.status_code, answer.text) == (200, "invalid")
        assert answer.headers["X-akismet-debug-help"]


@pytest.mark.parametrize(
    "fields",
    [
        {"comment_content": "nul \x00 inside"},
        {"comment_content": ""},
        {"comment_content": "\x00", "comment_author": "\x00"},
        {"comment_author": "x" * 5_000, "permalink": "https://blog.example/" + "y" * 9_000},
        {"comment_date_gmt": "yesterday", "comment_parent": "-1"},
        {"comment_date_gmt": "2999-01-01T00:00:00Z"},
        {"comment_author_email": "not an address", "comment_type": "\u202e" * 2_000},
        {"blog_charset": "utf-7", "honeypot_field_name": "user_ip[]"},
        {"blog_charset": "iso-8859-99"},
        {"blog_charset": "windows-1259"},
    ],
)
def test_odd_fields_are_taken_in(blog: Blog, fields: dict[str, Any]) -> None:
    merged = {"user_ip": "203.0.113.9", "comment_content": "Lovely again.", **fields}
    answer = blog.post("/1.1/comment-check", **merged)
    assert answer.text == "false", answer.headers


@pytest.mark.parametrize("choice", ["spam", "publish"])
def test_a_text_that_is_too_long_to_read_is_held_on_record_too(blog: Blog, choice: str) -> None:
    blog.write(lambda tx, site_id: set_akismet_review(tx, site_id, choice))  # type: ignore[arg-type]
    fields = {"user_ip": "203.0.113.9", "comment_content": "lovely " * 10_000 + "bullshit"}
    answer = blog.post("/1.1/comment-check", **fields)
    assert answer.text == "true"
    assert "too long" in answer.headers["X-akismet-error"]
    wait_until(lambda: bool(blog.comment_of(answer)["verdict"]), 20, "no verdict came")
    verdict = blog.comment_of(answer)["verdict"]  # which a webhook says, too
    assert (verdict["action"], verdict["reasons"][0]["rule"]) == ("review", "not-read-whole")
    assert blog.post("/1.1/comment-check", WORDPRESS, **fields).text == "pending"
    assert blog.check("Do reject me. " * 10_000).text == "true"


@pytest.mark.parametrize(
    "large", [{"comment_content": "x" * 1_000_000}, {"comment_context[]": ["x"] * 2_001}]
)
def test_a_request_that_is_too_large_is_not_published(blog: Blog, large: dict[str, Any]) -> None:
    check = f"{blog.url}/1.1/comment-check"
    answer = httpx.post(check, data=large)
    assert (answer.status_code, answer.text) == (200, "true")
    assert "too long" in answer.headers["X-akismet-error"]
    assert httpx.post(check, data=large, headers=WORDPRESS).text == "invalid"  # and is held
    assert httpx.post(f"{blog.url}/1.1/submit-spam", data=large).text == "invalid"


@pytest.mark.parametrize(
    "unread",
    [
        {"files": {"comment_content": ("c.txt", "Do reject me.")}},
        {"files": {"comment_author": ("c.txt", "Do reject me.")}},
        {"data": {"comment_content[]": "Do reject me."}},
        {"data": {"comment_content": "Lovely.", "comment_author_url[a][b]": "https://x.example"}},
        {"params": {"comment_content[0]": "Do reject me."}},
    ],
)
def test_what_is_no_plain_text_is_not_published_unread(blog: Blog, unread: dict[str, Any]) -> None:
    fields = {"api_key": blog.keys.akismet_key, "blog": "b.example", "user_ip": "203.0.113.9"}
    sent = {**unread, "data": {**fields, **unread.get("data", {})}}
    answer = httpx.post(f"{blog.url}/1.1/comment-check", **sent)
    assert (answer.status_code, answer.text) == (200, "true")
    assert "plain" in answer.headers["X-akismet-error"]
    for path, headers in (("comment-check", WORDPRESS), ("submit-ham", {})):
        refused = httpx.post(f"{blog.url}/1.1/{path}", **sent, headers=headers)
        assert refused.text == "invalid"
        assert "plain" in refused.headers["X-akismet-debug-help"]
    assert blog.comments() == []


def test_a_guests_comments_can_be_erased_and_the_guest_can_come_back(blog: Blog) -> None:
    guest = {"comment_author": "Ada", "comment_author_email": "Ada@Example.org"}
    blog.check("Thanks!", **guest)
    erased = blog.api.delete("/v1/authors/mailto:ada@example.org")
    assert erased.status_code == 204
    assert blog.check("Thanks!", **guest).text == "false"
    assert [one["status"] for one in blog.comments()] == ["scored", "erased"]


def test_a_guest_is_known_by_the_address_over_the_api_too(blog: Blog) -> None:
    policy = preset("wordpress")
    put = blog.api.put("/v1/policy", content=policy, headers={"Content-Type": "application/yaml"})
    assert put.is_success, put.text
    said = []
    for number, email in enumerate(("ada@example.org", "Ada@Example.org", "bob@example.org")):
        comment = {"body": f"Thanks, {number}!", "author": {"name": "Ada", "email": email}}
        sent = blog.api.post("/v1/comments", json=comment, headers={"Prefer": "wait=20"}).json()
        said.append([reason["rule"] for reason in sent["verdict"]["reasons"]])
        blog.api.post(f"/v1/comments/{sent['id']}/decision", json={"decision": "approve"})
    assert said == [["first-comment"], [], ["first-comment"]]
    guest = {"comment_author": "Ada", "comment_author_email": "ada@example.org"}
    assert blog.check("Thanks again!", **guest).text == "false"


def test_what_was_erased_does_not_come_back_with_rechecks(blog: Blog) -> None:
    guid = blog.check("Call 555-1234.").headers["X-akismet-guid"]
    erased = blog.comments()[0]["id"]
    assert blog.api.delete(f"/v1/comments/{erased}").status_code == 204
    for reason in ("retry", "recheck_queue"):
        assert blog.check("Call 555-1234.", recheck_reason=reason).text == "true"
    fields = {"user_ip": "203.0.113.9", "comment_content": "Call 555-1234."}
    again = {**fields, "recheck_reason": "retry"}
    assert blog.post("/1.1/comment-check", WORDPRESS, **again).text == "pending"
    blog.post("/1.1/submit-ham", **fields)
    blog.post("/1.1/submit-spam", **fields, guid=guid)
    assert [(one["id"], one["status"]) for one in blog.comments()] == [(erased, "erased")]


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_said_anew_after_an_erasure_is_one_comment(blog: Blog, times: int) -> None:
    fields = {"user_ip": "203.0.113.9", "comment_content": "Thanks!"}
    guids = set()
    for _ in range(times):
        guids.add(blog.check("Thanks!").headers["X-akismet-guid"])
        blog.api.delete(f"/v1/comments/{blog.comments()[0]['id']}")
    answers = [blog.check("Thanks!", **more) for more in ({}, {}, {"recheck_reason": "retry"})]
    (guid,) = {answer.headers["X-akismet-guid"] for answer in answers}
    assert guid not in guids
    assert [one["status"] for one in blog.comments()] == ["scored"] + ["erased"] * times
    for correction, word in ((fields, "spam"), ({**fields, "guid": guid}, "ham")):
        blog.post(f"/1.1/submit-{word}", **correction)
        assert blog.comment_of(answers[0])["decision"]["decision"] == word


def test_other_methods_are_invalid(blog: Blog) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        answer = httpx.request(method, f"{blog.url}/1.1/comment-check")
        assert (answer.status_code, answer.text) == (200, "invalid")


def test_every_operation_is_there_under_both_versions(blog: Blog) -> None:
    for version in ("1.1", "1.2"):
        assert blog.post(f"/{version}/verify-key").text == "valid"
        assert blog.post(f"/{version}/usage-limit").json()["limit"] == "none"


@pytest.mark.parametrize("path", ["/1.1/get-subscription", "/1.2/get-subscription", "/1.2/a/b"])
def test_what_is_no_operation_is_invalid(blog: Blog, path: str) -> None:
    answer = blog.post(path)
    assert (answer.status_code, answer.text) == (200, "invalid")


def test_key_sites_lists_blogs_in_both_formats(blog: Blog) -> None:
    blog.check("Hello")
    blog.check("bullshit")
    blog.check("Hello", blog="https://other.example/")
    answer = blog.post("/1.2/key-sites", order="spam").json()
    (month,) = [name for name in answer if name.startswith("20")]
    assert [one["site"] for one in answer[month]] == ["blog.example", "other.example"]
    assert answer[month][0] == {
        "site": "blog.example",
        "api_calls": "2",
        "spam": "1",
        "ham": "1",
        "missed_spam": "0",
        "false_positives": "0",
        "is_revoked": False,
    }
    assert (answer["limit"], answer["offset"], answer["total"]) == (500, 0, 2)
    lines = blog.post("/1.2/key-sites", format="csv", filter="other").text.splitlines()
    assert lines[1].startswith("Site,Total API Calls,Spam,Ham")
    assert lines[2] == "other.example,1,0,1,0,0,false"


def test_one_sites_key_decides_nothing_at_another(blog: Blog, other: Blog) -> None:
    answer = blog.check("This is bullshit.")
    other.post("/1.1/submit-ham", guid=answer.headers["X-akismet-guid"], user_ip="203.0.113.9")
    assert [one["status"] for one in blog.comments()] == ["scored"]
    assert "bullshit" not in json.dumps(other.comments())
    assert other.post("/1.2/usage-limit").json()["usage"] == 1  # its own submission


def test_metrics_count_where_comments_came_from(blog: Blog) -> None:
    blog.check("Hello")
    metrics = httpx.get(f"{blog.url}/metrics").text
    assert 'tactful_comments_received_total{protocol="akismet"}' in metrics
