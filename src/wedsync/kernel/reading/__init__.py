"""Values as people keep them in their own lists: read when they can mean one thing, asked about when they cannot."""
