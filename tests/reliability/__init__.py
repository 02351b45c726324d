"""What is acknowledged stays, whatever happens to the machine."""
