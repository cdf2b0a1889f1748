"""Whether what protects is still what was signed: looked at every minute, from outside."""
