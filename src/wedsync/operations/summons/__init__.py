"""Telling operators at once that a release or an emergency waits for their yes, and again until it is decided."""
