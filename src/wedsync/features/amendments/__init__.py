"""Changing what is fixed: seen with every effect, approved, and carried out whole or not at all."""
