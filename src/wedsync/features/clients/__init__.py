"""A supplier's own records of its clients: what it knows, notes and asks. Nobody else reads them."""
