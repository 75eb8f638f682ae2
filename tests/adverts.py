"""A spammer's tool: variations of one advert, with spun words, names, links, emoji and capitals."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules.comment import Author

ADVERTS = {
    "money": (
        "{Hi|Hello|Hey|Dear} {friends|everyone|all|folks}, {my name is NAME|NAME here|I am NAME}."
        " {I made|I earned|I got|I was paid} $NUMBER {last week|this month|in five days|in a few"
        " days} {working|doing a simple job} {from home|online|at home} {with my laptop|on my"
        " phone|part time}. {Everyone can|You can|Anybody can} {start|begin|join} {today|now|right"
        " away}, {no experience is needed|no skills needed|it is easy and free}. {Visit|Check|See}"
        " LINK {for details|to learn more|and start|before it is gone} EMOJI"
    ),
    "watches": (
        "{Best|Top|Cheapest} {quality|grade} {replica|designer|luxury} {watches|handbags|shoes}"
        " {at|for} {low|unbeatable|the lowest} prices, {free|fast} {shipping|delivery}"
        " {worldwide|to all countries}, {order|buy|shop} {now|today} at LINK EMOJI"
    ),
    "doctor": (
        "{I was|We were} {sceptical|doubtful|unsure} {at first|to begin with} but {Dr|doctor} NAME"
        " {helped me|cured me|healed me} of {herpes|diabetes|cancer} with {his|her}"
        " {herbal|natural} {medicine|remedy|cure}. {Contact|Write to|Reach} {him|her} on WhatsApp"
        " +234NUMBERNUMBER or LINK EMOJI"
    ),
}
_NAMES = [
    "Ann",
    "Bob",
    "Carla",
    "Dmitri",
    "Eve",
    "Farid",
    "Grace",
    "Hiro",
    "Ines",
    "Jamal",
    "Kofi",
    "Lena",
    "Mia",
    "Noor",
]
_CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Variation:
    """One comment of the campaign."""

    text: str
    author: Author


def campaign(kind: str, count: int, *, addresses: int, seed: int = 1) -> Iterator[Variation]:
    """Yield `count` variations of one advert, from so many IP addresses, each in another /24."""
    chance = random.Random(seed)
    for number in range(count):
        at = chance.randrange(addresses)
        author = Author(
            name=f"{chance.choice(_NAMES)}{number}",
            email=f"user{number}@mail{chance.randrange(9)}.example",
            ip=f"{11 + at // 250}.{chance.randrange(256)}.{at % 250}.{1 + at % 250}",
        )
        yield Variation(_spin(ADVERTS[kind], chance), author)


def _spin(template: str, chance: random.Random) -> str:
    text = _CHOICE.sub(lambda found: chance.choice(found[1].split("|")), template)
    text = text.replace("NAME", chance.choice(_NAMES))
    while "NUMBER" in text:
        text = text.replace("NUMBER", str(chance.randint(1000, 9999)), 1)
    link = (
        f"http://{chance.choice(('quick', 'easy', 'smart', 'best'))}-"
        f"{chance.choice(('cash', 'deal', 'shop'))}{chance.randint(1, 40)}"
        f".{chance.choice(('xyz', 'top', 'info'))}/{chance.randint(1, 9999)}"
    )
    emoji = "".join(chance.sample("😀🔥💰👉✨🎉", chance.randint(0, 3)))
    shape = chance.choice((str, str, str, str.upper, str.title, str.lower))
    return shape(text).replace(shape("LINK"), link).replace(shape("EMOJI"), emoji).strip()
