"""Keys of a business's own programs: made, followed by another, ended."""
