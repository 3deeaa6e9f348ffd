"""The ways in which people put questions that can be computed, one subject a file."""
