"""What people asked for of their data: what waits, and the answers to corrections."""
