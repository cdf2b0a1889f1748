"""Legal holds: what is in a dispute stays, until two people let it go."""
