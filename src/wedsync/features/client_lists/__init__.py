"""A supplier's clients. So far: their own list, read as it is, up to what would be imported."""
