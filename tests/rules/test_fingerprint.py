import pytest

from rules.fingerprint import fingerprint

ADVERT = "Buy cheap watches at our wonderful shop"


@pytest.mark.parametrize(
    "variation",
    [
        "BUY CHEAP WATCHES AT OUR WONDERFUL SHOP",
        "Buy  cheap\nwatches, at our wonderful shop!!! 0815",
        "Büy chéap watches at our wonderful shop",
        "Buy cheap wat\u200bches at our wonderful shop",
    ],
)
def test_variations_of_a_text_share_its_fingerprint(variation: str) -> None:
    assert fingerprint(variation) == fingerprint(ADVERT)


def test_another_text_has_another_fingerprint() -> None:
    assert fingerprint(ADVERT.replace("watches", "handbags")) != fingerprint(ADVERT)


def test_a_short_text_has_none() -> None:
    assert fingerprint("Thank you so much! 👍") is None
