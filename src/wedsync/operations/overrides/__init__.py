"""A release that cannot wait: asked for, approved by two others, used once, reviewed."""
