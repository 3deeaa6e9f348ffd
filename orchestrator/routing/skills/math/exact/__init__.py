"""What is computed in the orchestrator's own process: fractions and integers of bounded size, below a millisecond."""
