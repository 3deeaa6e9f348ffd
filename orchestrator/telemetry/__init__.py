"""What can be seen of the running system."""
