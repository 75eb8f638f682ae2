"""Perspective's protocol over real HTTP: spans, thresholds, and Google's kind of errors."""

from typing import Any

import httpx
import pytest

from tests.compat.conftest import Blog

TEXT = "What kind of idiot name is foo? Sorry, I like your name."


def analyze(blog: Blog, **request: Any) -> httpx.Response:
    body = {"comment": {"text": TEXT}, "requestedAttributes": {"TOXICITY": {}}, **request}
    url = f"{blog.url}/v1alpha1/comments:analyze"
    return httpx.post(url, params={"key": blog.keys.akismet_key}, json=body)


def fault(answer: httpx.Response) -> tuple[int, str]:
    """Return (code, errorType) of an error, after checking that it is one of Google's."""
    error = answer.json()["error"]
    assert answer.status_code == error["code"]
    assert error["status"]
    assert error["message"]
    details = error.get("details", [{}])
    return error["code"], details[0].get("errorType", "")


def test_sentences_are_scored_when_asked_for(blog: Blog) -> None:
    found = analyze(blog, spanAnnotations=True).json()["attributeScores"]["TOXICITY"]
    spans = [(span["begin"], span["end"]) for span in found["spanScores"]]
    assert spans == [(0, 31), (32, 56)]
    bad, good = (span["score"]["value"] for span in found["spanScores"])
    assert bad > 0.5 > good


def test_places_are_in_utf_16_code_units(blog: Blog) -> None:
    text = "😀 Hello there! 😀 Goodbye."
    answer = analyze(blog, comment={"text": text}, spanAnnotations=True).json()
    spans = answer["attributeScores"]["TOXICITY"]["spanScores"]
    units = text.encode("utf-16-le")
    parts = [units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le") for span in spans]
    assert parts == ["😀 Hello there!", "😀 Goodbye."]


def test_without_asking_one_span_is_the_whole_text(blog: Blog) -> None:
    found = analyze(blog).json()["attributeScores"]["TOXICITY"]
    (span,) = found["spanScores"]
    assert (span["begin"], span["end"]) == (0, len(TEXT))
    assert span["score"] == found["summaryScore"]


def test_what_is_below_its_threshold_is_left_out(blog: Blog) -> None:
    wanted = {"TOXICITY": {"scoreThreshold": 0.5}, "THREAT": {"scoreThreshold": 1.0}}
    answer = analyze(blog, requestedAttributes=wanted, clientToken="t1").json()
    assert list(answer["attributeScores"]) == ["TOXICITY"]
    assert answer["clientToken"] == "t1"
    answer = analyze(blog, requestedAttributes={"THREAT": {"scoreThreshold": 1.0}}).json()
    assert "attributeScores" not in answer
    assert "clientToken" not in answer


def test_languages_are_the_requests_else_the_detected(blog: Blog) -> None:
    german = "Das ist ein sehr schöner Artikel, und ich habe ihn gerne gelesen."
    # The built-in scorer reads English: without the last field this would be Google's error.
    asked = {"comment": {"text": german}, "dropUnsupportedAttributes": True}
    answer = analyze(blog, **asked).json()
    assert (answer["languages"], answer["detectedLanguages"]) == (["de"], ["de"])
    answer = analyze(blog, **asked, languages=["en"]).json()
    assert (answer["languages"], answer["detectedLanguages"]) == (["en"], ["de"])


def test_names_may_be_written_either_way_and_carry_a_version(blog: Blog) -> None:
    body = {"comment": {"text": TEXT}, "requested_attributes": {"TOXICITY@6": {}}}
    body |= {"do_not_store": True, "span_annotations": True}
    headers = {"X-Goog-Api-Key": blog.keys.api_key}
    url = f"{blog.url}/v1alpha1/comments:analyze?alt=json&prettyPrint=false&%24.xgafv=2"
    answer = httpx.post(url, json=body, headers=headers)
    assert list(answer.json()["attributeScores"]) == ["TOXICITY@6"]


def test_coral_asks_as_it_always_did(blog: Blog) -> None:
    request = {
        "comment": {"text": "You idiot"},
        "doNotStore": True,
        "requestedAttributes": {"TOXICITY": {}},
        "languages": ["en"],
    }
    url = f"{blog.url}/v1alpha1/comments:analyze?key={blog.keys.akismet_key}"
    answer = httpx.post(url, json=request, timeout=0.8).json()
    assert answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"] > 0.8


def test_nothing_is_stored(blog: Blog) -> None:
    analyze(blog, comment={"text": "Remember nothing of zanzibar."})
    assert blog.comments() == []
    assert b"zanzibar" not in blog.stored()


def test_what_no_engine_scores_is_refused_or_dropped(blog: Blog) -> None:
    wanted: dict[str, Any] = {"TOXICITY": {}, "FLIRTATION": {}, "NUANCE_EXPERIMENTAL": {}}
    assert fault(analyze(blog, requestedAttributes=wanted)) == (400, "INVALID_REQUEST")
    answer = analyze(blog, requestedAttributes=wanted, dropUnsupportedAttributes=True).json()
    assert list(answer["attributeScores"]) == ["TOXICITY"]


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"comment": {"text": ""}}, "COMMENT_EMPTY"),
        ({"comment": {"text": " \u0000\n"}}, "COMMENT_EMPTY"),
        ({"comment": None}, "COMMENT_EMPTY"),
        ({"comment": {"text": "x" * 20_481}}, "COMMENT_TOO_LONG"),
        ({"requestedAttributes": {}}, "NO_REQUESTED_ATTRIBUTES"),
        ({"requestedAttributes": None}, "NO_REQUESTED_ATTRIBUTES"),
        ({"requestedAttributes": {"NICENESS": {}}}, "INVALID_REQUEST"),
        ({"requestedAttributes": {f"TOXICITY@{n}": {} for n in range(51)}}, "INVALID_REQUEST"),
        ({"requestedAttributes": {"TOXICITY": {"scoreType": "RAW"}}}, "INVALID_REQUEST"),
        ({"comment": {"text": "x", "type": "MARKDOWN"}}, "INVALID_REQUEST"),
        ({"languages": ["not a language"]}, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"),
        (
            {"context": {"entries": [{"text": "a"}], "articleAndParentComment": {"article": {}}}},
            "INVALID_REQUEST",
        ),
        ({"colour": "red"}, ""),
        ({"comment": "just a text"}, ""),
        ({"requestedAttributes": ["TOXICITY"]}, ""),
        ({"requestedAttributes": {"TOXICITY": {"scoreThreshold": "high"}}}, ""),
        ({"requestedAttributes": {"TOXICITY": {"scoreThreshold": "NaN"}}}, ""),
    ],
)
def test_bad_requests_get_googles_errors(blog: Blog, request_: dict[str, Any], kind: str) -> None:
    assert fault(analyze(blog, **request_)) == (400, kind)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"comment":NaN}']
)
def test_what_is_no_json_object_gets_googles_error(blog: Blog, body: bytes) -> None:
    url = f"{blog.url}/v1alpha1/comments:analyze?key={blog.keys.akismet_key}"
    assert fault(httpx.post(url, content=body))[0] == 400


def test_keys_and_unknown_methods_get_googles_errors(blog: Blog) -> None:
    url = f"{blog.url}/v1alpha1/comments"
    assert fault(httpx.post(f"{url}:analyze", json={}))[0] == 403
    assert fault(httpx.post(f"{url}:analyze?key=wrong", json={}))[0] == 400
    assert fault(httpx.post(f"{url}:guess?key=x", json={}))[0] == 404
    assert fault(httpx.get(f"{url}:analyze?key=x"))[0] == 404
    assert fault(httpx.get(f"{blog.url}/$discovery/rest?version=v9"))[0] == 404


def test_html_is_scored_as_it_reads(blog: Blog) -> None:
    comment = {"text": "<p>You are an <b>idi</b>ot</p>", "type": "HTML"}
    answer = analyze(blog, comment=comment).json()
    assert answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"] > 0.5


GERMAN = "Das ist wirklich nicht die Art, wie man mit mir redet"
SWEDISH = "Det här är inte ett bra sätt att tala med mig, och det vet du också"


@pytest.mark.parametrize(
    ("text", "attribute", "language"),
    [(GERMAN, "TOXICITY", "de"), (SWEDISH, "TOXICITY", "sv"), (SWEDISH, "PROFANITY", "sv")],
)
def test_a_language_that_nobody_reads_is_googles_error(
    blog: Blog, text: str, attribute: str, language: str
) -> None:
    asked = {"comment": {"text": text}, "requestedAttributes": {attribute: {}}}
    answer = analyze(blog, **asked)
    assert answer.status_code == 400
    (detail,) = answer.json()["error"]["details"]
    assert detail["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert detail["languageNotSupportedByAttributeError"]["detectedLanguages"] == [language]
    dropped = analyze(blog, **asked, dropUnsupportedAttributes=True)
    assert "attributeScores" not in dropped.json()


@pytest.mark.parametrize(
    ("text", "profane"),
    [(GERMAN, False), (f"{GERMAN}, du Arschloch", True), (f"{SWEDISH}, asshole", True)],
)
def test_word_lists_answer_for_profanity_in_languages_that_the_scorer_does_not_read(
    blog: Blog,
    text: str,
    profane: bool,
) -> None:
    answer = analyze(blog, comment={"text": text}, requestedAttributes={"PROFANITY": {}})
    value = answer.json()["attributeScores"]["PROFANITY"]["summaryScore"]["value"]
    assert (value > 0) == profane
