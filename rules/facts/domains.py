"""Web domains of a known kind: link shorteners and throw-away e-mail."""

from rules.packaged import packaged_words

SHORTENERS = packaged_words("_shorteners.txt")
DISPOSABLE = packaged_words("_disposable.txt")
