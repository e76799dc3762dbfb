"""Speed and memory beside other ways to do the same: `python -m bench`."""
