"""More than one process, more than memory, more than one machine, and not twice."""
