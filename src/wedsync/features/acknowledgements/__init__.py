"""Who has seen what is true now, who works from an old value, and reminding of it."""
