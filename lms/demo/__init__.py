"""A believable world to look around in: for laptops and tests, never for a mission."""
