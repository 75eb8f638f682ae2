"""What conditions can ask about a comment, by name."""
