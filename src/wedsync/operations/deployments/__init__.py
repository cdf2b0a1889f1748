"""What was released when."""
