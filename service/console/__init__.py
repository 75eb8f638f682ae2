"""What commands do between their arguments and their output, apart from the command line."""
