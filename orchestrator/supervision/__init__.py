"""Start, watch and stop the processes Council is made of. Knows nothing of prompts or HTTP APIs."""
