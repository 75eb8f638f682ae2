"""The language of conditions: typed expressions over facts, checked when a policy is loaded."""
