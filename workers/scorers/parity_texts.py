"""Texts to compare two engines on: 1,000 made of parts, calm to vile, short to long.

They ship with the program, so that anyone's export is measured on the same texts without data of
anyone's; your own comments tell you more (`tactful model export --texts FILE`).
"""

from itertools import product

_OPENERS = (
    "",
    "Honestly, ",
    "@ann ",
    "LOL ",
    "I read the whole article twice before writing this. ",
    "As a nurse with twenty years in this hospital I can tell you what I saw there: ",
    "The numbers in the second paragraph do not add up, as all who read the report will know. ",
    "sry for typos on my phone… ",
)
_SUBJECTS = ("you", "this author", "people like you", "my neighbour", "the mayor")
_CLAIMS = (
    "made a good point about the trams",
    "got the date wrong, but thanks for the correction",
    "should be ashamed of that headline",
    "never listened to anyone and never will",
    "wrote the most boring review I have seen",
    "are a f***ing idiot",
    "talk absolute crap, as usual",
    "make me sick, go back to where you came from",
    "had better watch the road at night, I know the address",
    "deserve to be hurt for this",
    "can shove that stupid opinion",
    "are not stupid at all, whatever the trolls say",
    "quoted the word 'idiot' and then explained why it hurts",
)
_ENDINGS = (".", "!!! 😡", " 😂")
COUNT = 1000


def parity_texts() -> list[str]:
    """Return the 1,000 texts, the same ones every time."""
    parts = product(_OPENERS, _SUBJECTS, _CLAIMS, _ENDINGS)
    made = [f"{opener}{subject} {claim}{ending}" for opener, subject, claim, ending in parts]
    step = len(made) / COUNT
    return [made[int(number * step)] for number in range(COUNT)]
