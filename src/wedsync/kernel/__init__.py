"""The rules of WedSync, pure: the same answer on any machine, with no database near."""
