"""The right skill and model for a prompt, and why."""
