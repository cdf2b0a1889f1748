"""What backups stand on: sealing, places to keep them, and PostgreSQL's own programs."""
