"""Duty support: the second yes in an emergency, for a couple of whom one cannot be reached."""
