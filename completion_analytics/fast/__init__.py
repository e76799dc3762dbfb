"""The fast path: clean Log10 rows without pydantic, with the result that pydantic gives.

A line is decoded by `msgspec` into types that are derived from the models. They accept less than
the models do, and what they accept means the same; every other line is left to the models.
"""
