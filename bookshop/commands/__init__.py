"""What each `bookshop` command does; imported when it runs, so that the others start at once."""
