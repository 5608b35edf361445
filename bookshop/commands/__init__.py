"""What each `bookshop` command does, imported only when it runs."""
