"""The HTTP surface, through real sockets."""
