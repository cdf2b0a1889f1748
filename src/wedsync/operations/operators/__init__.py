"""Who runs the installation, as its other operators see them."""
