"""Characters that are read as a Latin letter although they are another character.

Drawn up for Tactful by how they look in common fonts, not by how they sound: the Cyrillic es is
read as `c`. Folding lower-cases and decomposes (NFKD) first, so full-width, mathematical and
circled letters need no line here, and the scripts' capitals only where small letters differ.
"""

_READ_AS = {
    "a": "аɑαᴀᎪꭺꓮᗩᗅ∀ⱥ⍺🅰∆ᐱꬰ₳ǟ",
    "b": "вьъᏏƀɓᴃʙᏴꓐᗷ🅱฿ѢѣҌҍβϐɮ",
    "c": "сςᴄƈↄᏟꮯꓚᑕ©¢₡₵ϲ⊂ҫ",
    "d": "ԁɗđɖᴅᎠꭰꓓᗪԀ₫∂",
    "e": "еєɛэᴇεɘǝᎬꭼꓰҽ€ℯ∃∑ɇⴹᗴԑ",
    "f": "ꜰƒҒғꓝᖴʄϝ₣ꞙ",
    "g": "ɡɢɠᶃᏀꮐꓖԍցǥ₲Ꮆᘜ",
    "h": "нһհʜɦᎻꮋꓧҺԋђћħⱨ",
    "i": "іӏɪɩιᎥꭵꓲıℹ❗ɨӀ¡𝚤ї",
    "j": "јʝᴊϳᎫꭻꓙɉյȷᒍנ",
    "k": "кκᴋᏦꮶꓗƙĸҝқӄ₭ҡ",
    "l": "ʟᏞꮮꓡɭłƚ₤£ɫᒪⱡլן",
    "m": "мᴍᎷꮇꓟɱʍⓂ♏₥ᗰ",
    "n": "пɴηոռɲɳᴎиꓠŋƞ₦ᑎ∩",
    "o": "оοσᴏօøꓳ⭕ɵѳθ๏๐○●◯🅾ꝋ☉",
    "p": "рρᴘᏢꮲꓑ🅿₱ƥթᑭϸ℗þք",
    "q": "ԛɋʠգզ",
    "r": "гʀᏒꮢꓣɍɼɽ®яᖇɾ",
    "s": "ѕꜱᏚꮪꓢʂ§ƨտᔕϟ💲ֆ",
    "t": "тτᴛᎢꭲꓔƭʈŧ✝†₮⊤┬եȶ",
    "u": "ʊυμᴜʋսꓴᑌ∪ʉцմʮ",
    "v": "νᴠѵᏙꮩꓦ√ᐯ∨",
    "w": "ѡωᴡᎳꮃꓪաɯшщ₩ɰᗯѿ",
    "x": "хχꓫ×❌✖᙭ҳӽ",
    "y": "ᎩуүұγʏɏᎽꓬ¥ƴӱყӳ",
    "z": "ᴢᏃꮓꓜʐʑƶȥɀ",
}

LOOKALIKES = {shape: letter for letter, shapes in _READ_AS.items() for shape in shapes}
