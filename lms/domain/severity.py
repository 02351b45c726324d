"""How grave an incident is, and what it is about: the scale on which observers are calibrated."""

# From nothing to report to what is reported at once; the order is the scale.
SEVERITIES = ("in-order", "irregularity", "violation")
ABOUT = ("access", "voting", "secrecy", "ballots", "count", "protocol")


def place_of(severity: str) -> int:
    """The place of a severity on the scale, from 0. Raises ValueError."""
    return SEVERITIES.index(severity)
