"""`python -m wedsync` is the same as `wedsync`."""

from wedsync.entrypoints.cli import main

if __name__ == "__main__":
    main()
