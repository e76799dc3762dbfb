"""What leaves the notebook: a report of one file, numbers for people and machines, checks."""
