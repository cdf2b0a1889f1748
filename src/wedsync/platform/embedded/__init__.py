"""PostgreSQL and Valkey for a machine that has neither, as foreground children of `wedsync up`."""
