"""WedSync: a couple enters a fact once; every supplier who may read it sees it at once."""

__version__ = "0.1.0"
