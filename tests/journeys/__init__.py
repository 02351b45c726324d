"""Ways across the rooms, walked by a real browser against a real server."""
