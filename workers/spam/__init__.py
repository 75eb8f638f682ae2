"""Spam: a score for each comment, from a prior model and from what the site's moderators said."""
