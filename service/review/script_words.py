"""What the scripts say: they find each text under its name in the page's `data-words`."""

from service.review.language import N_, gettext

SCRIPT_WORDS = {
    "already": N_("Already decided by {who}: {word}."),
    "already_platform": N_("Already decided by the platform: {word}."),
    "approved": N_("Approved"),
    "decide_selected": N_("Decide {count} selected"),
    "decide_selected_one": N_("Decide 1 selected"),
    "decide_the_selected": N_("Decide the selected"),
    "escalated": N_("Escalated"),
    "first_decides": N_("Whoever decides first, decides."),
    "for_admins": N_("It is escalated: an admin of this site decides about it."),
    "has_this": N_("{who} has this"),
    "have_a_break": N_(
        "That was {minutes} min without a break. The queue will keep;"
        " look out of a window for a while."
    ),
    "marked_spam": N_("Marked as spam"),
    "not_done": N_("Not done: {why}."),
    "not_loaded": N_("The comment was not loaded: {why}."),
    "not_reached": N_("the server was not reached"),
    "not_undone": N_("Not undone: {why}."),
    "note_kept": N_("Note kept"),
    "note_not_kept": N_("The note is not kept: {why}."),
    "nothing_decided": N_("Nothing was decided: {why}."),
    "other_site": N_("now you look at {site}"),
    "rejected": N_("Rejected"),
    "sent_on": N_("Sent on"),
    "server_answered": N_("the server answered {status}"),
    "snoozed": N_("Snoozed"),
    "undo": N_("Undo"),
    "undone": N_("Undone: {count} comments"),
    "undone_one": N_("Undone"),
    "word_approve": N_("approve"),
    "word_ham": N_("no spam"),
    "word_reject": N_("reject"),
    "word_spam": N_("spam"),
}


def script_words() -> dict[str, str]:
    """Return the texts in the language of this request."""
    return {name: gettext(text) for name, text in SCRIPT_WORDS.items()}
