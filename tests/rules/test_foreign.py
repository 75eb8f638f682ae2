"""Comments in a language that an English scorer does not read, and English that only looks so."""

import pytest

from rules.facts.foreign import foreign_language

FOREIGN = [
    ("es", "Eres una persona muy simpática y me gusta mucho tu blog, gracias por compartir"),
    ("de", "Das ist wirklich ein sehr schöner Artikel, vielen Dank dafür"),
    ("fr", "Merci beaucoup pour cet article, je ne savais pas tout cela"),
    ("it", "Sei un idiota e non capisci niente di calcio"),
    ("pt", "Você é um idiota e não sabe nada"),
    ("nl", "Je bent een ongelooflijke sukkel en je weet het"),
    ("pl", "Jesteś kompletnym idiotą i nic nie wiesz"),
    ("ru", "Ты полный идиот и ничего не понимаешь"),
    ("uk", "Ти повний дурень і нічого не розумієш"),
    ("ja", "お前は本当に馬鹿だな"),
    ("zh", "你真是个白痴什么都不懂"),
    ("ar", "أنت غبي جدا ولا تفهم شيئا"),
    ("ko", "너는 정말 바보 같은 사람이야"),
]
ENGLISH = [
    "C'est la vie, my friend, and que sera sera.",
    "u a hoe and u gotta look at dat",
    "Ha ha ha ha ha ha ha",
    "I AM GAY Love I AM GAY Love",
    "F U C K Y O U",
    "уоu аrе аn idiоt",
    "Die, you idiot, and de la que el en is what I am saying to you",
    "lol",
    "ha ha ha",
    "Au contraire.",
    "Krookwell is a motherf***er",
    "you piece of m*erda",
    "Yo da man",
    "I D I O T S !",
    "wan do a mixtape",
    "Im a twat",
    "Cafe au lait, voila",
    "Viva la revolution",
    "",
    "👍👍👍👍👍👍👍",
]


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_a_foreign_text_is_told_by_its_words_or_script(language: str, text: str) -> None:
    assert foreign_language(text, None, {"en"}) == language
    assert foreign_language(text, "en", {"en"}) == language
    assert foreign_language(text, None, {"en", language}) is None


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_english(text: str) -> None:
    assert foreign_language(text, None, {"en"}) is None


def test_a_short_text_is_in_the_language_that_its_sender_said() -> None:
    assert foreign_language("Vergognati", "it-CH", {"en"}) == "it"
    assert foreign_language("Vergognati", "en_US", {"en"}) is None


def test_what_is_plainly_english_is_read_whatever_its_sender_said() -> None:
    assert foreign_language("You are the worst of all of them", "es", {"en"}) is None
