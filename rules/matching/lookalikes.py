"""Characters that are read as a Latin letter although they are another character.

Drawn up for Tactful by how they look in common fonts, not by how they sound: the Cyrillic es is
read as `c`. Folding lower-cases and decomposes (NFKD) first, so full-width, mathematical and
circled letters need no line here, and the scripts' capitals only where small letters differ (the
Greek capital eta is an `H`, the small one an `n`).
"""

_READ_AS = {
    "a": "аɑαᴀᎪꭺꓮᗩᗅ∀ⱥ⍺🅰∆ᐱꬰ₳ǟ卂ꮧᏗคʌɅ𖽀𐊠",
    "b": "вьъᏏƀɓᴃʙᏴꓐᗷ🅱฿ѢѣҌҍβϐɮ乃ႦᏰცƅᑲᖯꞴ",
    "c": "сςᴄƈↄᏟꮯꓚᑕ©¢₡₵ϲ⊂ҫ匚ፈ૮ㄷⲥⲤϹ",
    "d": "ԁɗđɖᴅᎠꭰꓓᗪԀ₫∂ԃᎴᏧᑯꓒᗞ",
    "e": "еєɛэᴇεɘǝᎬꭼꓰҽℯ∃∑ɇⴹᗴԑ乇Ꮛ℮ꬲ⋿",
    "f": "ΦφϕфꜰƒҒғꓝᖴʄϝ₣ꞙ千ԲᎦꬵ",
    "g": "ɡɢɠᶃᏀꮐꓖԍցǥ₲Ꮆᘜ",
    "h": "ΗнһհʜɦᎻꮋꓧҺԋђћħⱨᕼ卄ᏂɧնⲎ",
    "i": "іӏɪɩιᎥꭵꓲıℹ❗ɨӀ¡𝚤їᏆ丨เǀꙇ",
    "j": "јʝᴊϳᎫꭻꓙɉյȷᒍנフᏠ",
    "k": "кκᴋᏦꮶꓗƙĸҝқӄ₭ҡҜᏥⲔᛕ",
    "l": "ʟᏞꮮꓡɭłƚ₤£ɫᒪⱡլןㄥƖꞁⲒⵏᛁ",
    "m": "ΜмᴍᎷꮇꓟɱʍⓂ♏₥ᗰ爪๓ⱮϺⲘᛖ",
    "n": "Νпɴηոռɲɳᴎиꓠŋƞ₦ᑎ∩几ภՌᏁղⲚ",
    "o": "оοσᴏօøꓳ⭕ɵѳθ๏๐○◯🅾ꝋ☉ㄖᎧഠဝ၀૦০୦〇Ⲟⲟⵔዐଠ൦໐ჿ",
    "p": "рρᴘᏢꮲꓑ🅿₱ƥթᑭϸ℗þք卩℘ᎮקⲢⲣ",
    "q": "ԛɋʠգզⵕ",
    "r": "гʀᏒꮢꓣɍɼɽ®яᖇɾ尺૨ᎱꭇꭈᴦⲅᎡ",
    "s": "ѕꜱᏚꮪꓢʂ§ƨտᔕϟ💲ֆ丂Ꮥรƽʃട",
    "t": "тτᴛᎢꭲꓔƭʈŧ✝†₮⊤┬եȶㄒᏖՇɬ⟙Ⲧ",
    "u": "ʊυμᴜʋսꓴᑌ∪ʉцմʮㄩᏌᏬยนꞟ⋃ሀ",
    "v": "νᴠѵᏙꮩꓦ√ᐯ∨۷ש⋁ⴸ",
    "w": "ѡωᴡᎳꮃꓪաɯшщ₩ɰᗯѿ山ᏊᏇฬพԝԜᏔ",
    "x": "хχꓫ×❌✖᙭ҳӽ乂ጀჯ᙮⤫⨯ᕁⲬⵝᚷ╳",
    "y": "ΥᎩуүұγʏɏᎽꓬ¥ƴӱყӳㄚץⲨɣϒ",
    "z": "ᴢᏃꮓꓜʐʑƶȥɀ乙ፚΖ",
}

LOOKALIKES = {shape: letter for letter, shapes in _READ_AS.items() for shape in shapes}
