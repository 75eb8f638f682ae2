"""Characters that are read as a Latin letter although they are another character.

Drawn up for Tactful by how they look in common fonts, not by how they sound: the Cyrillic es is
read as `c`. Folding lower-cases and decomposes (NFKD) first, so full-width, mathematical and
circled letters need no line here, and the scripts' capitals only where small letters differ.
"""

_READ_AS = {
    "a": "аɑαᴀᎪꭺꓮᗩᗅ∀ⱥ⍺🅰∆ᐱꬰ",
    "b": "вьъᏏƀɓᴃʙᏴꓐᗷ🅱฿ѢѣҌҍ",
    "c": "сςᴄƈↄᏟꮯꓚᑕ©¢₡₵ϲ⊂ҫ",
    "d": "ԁɗđɖᴅᎠꭰꓓᗪԀ₫",
    "e": "еєɛэᴇεɘǝᎬꭼꓰҽ€ℯ∃∑ɇⴹᗴ",
    "f": "ꜰƒҒғꓝᖴʄϝ₣ꞙ",
    "g": "ɡɢɠᶃᏀꮐꓖԍցǥ₲Ꮆᘜ",
    "h": "нһհʜɦᎻꮋꓧҺԋђћħⱨ",
    "i": "іӏɪɩιᎥꭵꓲıℹ❗ɨӀ¡",
    "j": "јʝᴊϳᎫꭻꓙɉյȷᒍ",
    "k": "кκᴋᏦꮶꓗƙĸҝқӄ₭ҡ",
    "l": "ʟᏞꮮꓡɭłƚ₤£ɫᒪⱡ",
    "m": "мᴍᎷꮇꓟɱʍⓂ♏₥ᗰ",
    "n": "пɴηոռɲɳᴎиꓠŋƞ₦ᑎ∩",
    "o": "оοσᴏօøꓳ⭕ɵѳθ๏๐○●◯🅾ꝋ☉",
    "p": "рρᴘᏢꮲꓑ🅿₱ƥթᑭϸ℗",
    "q": "ԛɋʠգզ",
    "r": "гʀᏒꮢꓣɍɼɽ®яᖇ",
    "s": "ѕꜱᏚꮪꓢʂ§ƨտᔕϟ💲",
    "t": "тτᴛᎢꭲꓔƭʈŧ✝†₮⊤┬ե",
    "u": "υμᴜʋսꓴᑌ∪ʉцմ",
    "v": "νᴠѵᏙꮩꓦ√ᐯ∨",
    "w": "ѡωᴡᎳꮃꓪաɯшщ₩ɰᗯ",
    "x": "хχꓫ×❌✖᙭ҳ",
    "y": "уүұγʏɏᎽꓬ¥ƴӱყ",
    "z": "ᴢᏃꮓꓜʐʑƶȥɀ",
}

LOOKALIKES = {shape: letter for letter, shapes in _READ_AS.items() for shape in shapes}
