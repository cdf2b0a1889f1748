"""Looking as somebody, with a reason and on record."""
