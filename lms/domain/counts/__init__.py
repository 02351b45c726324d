"""The count: a precinct from a head and a seed, its night, and what an observer made of it."""
