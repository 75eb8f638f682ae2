"""What AutoModerator calls standard conditions: well-known domains of a kind."""

STANDARD = {
    "image hosting sites": [
        "imgur.com", "flickr.com", "photobucket.com", "tinypic.com", "imageshack.com", "postimg.cc",
        "giphy.com", "gfycat.com", "ibb.co",
    ],
    "direct image links": ["i.imgur.com", "i.redd.it", "i.ibb.co", "media.giphy.com"],
    "video hosting sites": [
        "youtube.com", "youtu.be", "vimeo.com", "dailymotion.com", "streamable.com", "tiktok.com",
        "rumble.com", "bitchute.com",
    ],
    "streaming sites": ["twitch.tv", "kick.com", "hitbox.tv", "mixer.com", "livestream.com"],
    "crowdfunding sites": [
        "kickstarter.com", "indiegogo.com", "gofundme.com", "patreon.com", "ko-fi.com",
        "buymeacoffee.com",
    ],
    "meme generator sites": [
        "memegenerator.net", "quickmeme.com", "livememe.com", "imgflip.com", "makeameme.org",
    ],
    "facebook links": ["facebook.com", "fb.com", "fb.me", "fb.watch"],
    "amazon affiliate links": ["amzn.to", "amzn.com"],
}  # fmt: skip
