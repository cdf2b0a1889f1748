"""How the installation stands, in figures that were measured, each with where it comes from."""
