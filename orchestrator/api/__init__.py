"""HTTP endpoints and what stands in front of them."""
