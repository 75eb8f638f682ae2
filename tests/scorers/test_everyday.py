"""What people say all day is no abuse; none of these lines is among the training texts."""

import pytest

from rules.comment import Comment
from rules.loading.presets import preset
from rules.policy import load_policy
from workers.scorers.lite.scorer import LiteScorer

FRIENDLY = """\
Morning folks!
See y'all Saturday.
We are heading to your place now, is the barbecue ready?
You will hear my speech tonight.
I followed your recipe and it worked.
Do come round to ours on Thursday.
I'll be there when the gates open.
Meet me at the corner in ten minutes.
Keep walking until you see the church.
Somebody left their umbrella at my house.
Your kids are adorable.
It's coming for Christmas!
Next time I'm in Rome I will look you up.
My uncle was killed in the war.
The storm is coming tonight, stay safe everyone.
She'll be well taken care of while you travel.
Leave him with us, we will deal with him until Sunday.
He will be looked after while his mum is in hospital.
We'll have that fixed for you in a jiffy.
Someone should keep an eye on grandpa tonight.
You'd better hurry, tickets are nearly gone.
That film scared me to death.""".splitlines()

ABUSE = """\
I will find you and kill you.
You are dead, I know where you live.
I'm going to burn your house down tonight.
Say that again and I'll break your jaw.
You stupid idiot.
Go back to your country, filthy immigrants.
All Muslims are terrorists.
Kill yourself.
You are worthless trash.""".splitlines()


@pytest.fixture(scope="module")
def scorer() -> LiteScorer:
    return LiteScorer()


@pytest.mark.parametrize("text", FRIENDLY)
def test_everyday_talk_is_let_through(scorer: LiteScorer, text: str) -> None:
    policy = load_policy(preset("default"))
    assert policy.judge(Comment(body=text), scorer.score([text])[0]).action == "approve"


@pytest.mark.parametrize("text", ABUSE)
def test_plain_abuse_is_held(scorer: LiteScorer, text: str) -> None:
    policy = load_policy(preset("default"))
    assert policy.judge(Comment(body=text), scorer.score([text])[0]).action != "approve"
