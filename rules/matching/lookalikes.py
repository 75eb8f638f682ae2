"""Characters that are read as a Latin letter although they are another character.

Drawn up for Tactful by how they look in common fonts, not by how they sound: the Cyrillic es is
read as `c`. Folding lower-cases and decomposes (NFKD) first, so full-width, mathematical and
circled letters need no line here, and the scripts' capitals only where small letters differ (the
Greek capital eta is an `H`, the small one an `n`).
"""

_READ_AS = {
    "a": "аɑαᴀᎪꭺꓮᗩᗅ∀ⱥ⍺🅰∆ᐱꬰ₳ǟ卂ꮧᏗคʌɅ",
    "b": "вьъᏏƀɓᴃʙᏴꓐᗷ🅱฿ѢѣҌҍβϐɮ乃ႦᏰცƅ",
    "c": "сςᴄƈↄᏟꮯꓚᑕ©¢₡₵ϲ⊂ҫ匚ፈ૮ㄷ",
    "d": "ԁɗđɖᴅᎠꭰꓓᗪԀ₫∂ԃᎴ",
    "e": "еєɛэᴇεɘǝᎬꭼꓰҽℯ∃∑ɇⴹᗴԑ乇Ꮛ",
    "f": "ΦφϕфꜰƒҒғꓝᖴʄϝ₣ꞙ千ԲᎦ",
    "g": "ɡɢɠᶃᏀꮐꓖԍցǥ₲Ꮆᘜ",
    "h": "ΗнһհʜɦᎻꮋꓧҺԋђћħⱨᕼ卄Ꮒɧն",
    "i": "іӏɪɩιᎥꭵꓲıℹ❗ɨӀ¡𝚤їᏆ丨เǀ",
    "j": "јʝᴊϳᎫꭻꓙɉյȷᒍנフᏠ",
    "k": "кκᴋᏦꮶꓗƙĸҝқӄ₭ҡҜᏥ",
    "l": "ʟᏞꮮꓡɭłƚ₤£ɫᒪⱡլןㄥƖꞁ",
    "m": "ΜмᴍᎷꮇꓟɱʍⓂ♏₥ᗰ爪๓Ɱ",
    "n": "Νпɴηոռɲɳᴎиꓠŋƞ₦ᑎ∩几ภՌᏁղ",
    "o": "оοσᴏօøꓳ⭕ɵѳθ๏๐○◯🅾ꝋ☉ㄖᎧ",
    "p": "рρᴘᏢꮲꓑ🅿₱ƥթᑭϸ℗þք卩℘Ꭾק",
    "q": "ԛɋʠգզ",
    "r": "гʀᏒꮢꓣɍɼɽ®яᖇɾ尺૨Ꮁ",
    "s": "ѕꜱᏚꮪꓢʂ§ƨտᔕϟ💲ֆ丂Ꮥร",
    "t": "тτᴛᎢꭲꓔƭʈŧ✝†₮⊤┬եȶㄒᏖՇɬ",
    "u": "ʊυμᴜʋսꓴᑌ∪ʉцմʮㄩᏌᏬยน",
    "v": "νᴠѵᏙꮩꓦ√ᐯ∨۷ש",
    "w": "ѡωᴡᎳꮃꓪաɯшщ₩ɰᗯѿ山ᏊᏇฬพ",
    "x": "хχꓫ×❌✖᙭ҳӽ乂ጀჯ",
    "y": "ΥᎩуүұγʏɏᎽꓬ¥ƴӱყӳㄚץ",
    "z": "ᴢᏃꮓꓜʐʑƶȥɀ乙ፚ",
}

LOOKALIKES = {shape: letter for letter, shapes in _READ_AS.items() for shape in shapes}
