"""Several voices on one question: generated side by side, checked where they can be, and put to the vote."""
