"""Every page and state of shops without books, with two, with samples and with many."""
