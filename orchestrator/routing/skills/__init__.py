"""Ways of answering, each verified where it can be."""
