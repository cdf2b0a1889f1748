"""Whether it works, and how well: figures, alerts, and what a person on call looks at."""
