"""What may be released when: one engine for the application, the command line and the release pipeline."""
