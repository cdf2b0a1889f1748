"""What brings the house back: backups, the stream of the log, restores, and drills that prove them."""
