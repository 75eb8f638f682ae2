"""Web domains of a known kind: link shorteners and throw-away e-mail. Drawn up for Tactful."""

SHORTENERS = frozenset(
    "bit.ly t.co goo.gl tinyurl.com ow.ly is.gd buff.ly adf.ly bit.do cutt.ly rb.gy shorturl.at "
    "t.ly tiny.cc v.gd rebrand.ly bl.ink shorte.st ouo.io lnkd.in trib.al dlvr.it soo.gd s.id "
    "clck.ru u.to x.co qr.ae po.st j.mp db.tt amzn.to youtu.be.gd wp.me snip.ly linktr.ee".split()
)
DISPOSABLE = frozenset(
    "mailinator.com guerrillamail.com guerrillamail.net sharklasers.com grr.la 10minutemail.com "
    "10minutemail.net tempmail.com temp-mail.org temp-mail.io throwawaymail.com yopmail.com "
    "yopmail.fr yopmail.net trashmail.com trashmail.de trashmail.net getnada.com nada.email "
    "dispostable.com maildrop.cc mailnesia.com mintemail.com mohmal.com fakeinbox.com "
    "fakemailgenerator.com spamgourmet.com mytemp.email tempr.email discard.email discardmail.com "
    "emailondeck.com burnermail.io moakt.com mailcatch.com inboxkitten.com tempmailo.com "
    "1secmail.com 1secmail.org 1secmail.net spam4.me mailsac.com anonbox.net wegwerfmail.de "
    "einrot.com cuvox.de dayrep.com armyspy.com fleckens.hu gustr.com jourrapide.com rhyta.com "
    "superrito.com teleworm.us mail-temp.com minuteinbox.com tmpmail.org tmpmail.net tempinbox.com".split()
)
