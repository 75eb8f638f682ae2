"""The decision: what a comment is, what a policy says of it, and why. No I/O, no clock.

Where to begin
    the decision    `policy.Policy.judge`, then `rule` (does it match?), `combining` (what do all
                    that match make?) and `verdict` (the answer, with its reasons)
    facts           `facts.registry`: what a condition can ask of a `comment` and its `history`
    conditions      `conditions.parse`: from the text of `when` to a function of facts
    words           `profanity`, `wordlists`, `patterns`; `matching.matcher` sees through disguises
    loading         `loading.compile`: from YAML to a `Policy`, with all `errors` in place
    tools           what a policy would have said, what changed between two, how good scores are
    importers       policies made of what other filters were told
"""
