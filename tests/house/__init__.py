"""About the code itself: that the house stays as its plan says (docs/decisions/001)."""
