"""Joint training: one incident, two sides, and nothing about a person that leaves the room."""
