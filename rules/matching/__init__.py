"""Finding listed words in a text, however they are written."""
