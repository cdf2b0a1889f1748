"""How the installation stands, on one page for whoever runs it."""
