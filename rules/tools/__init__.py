"""What is asked of policies besides judging: what one would have said, what changed between two."""
