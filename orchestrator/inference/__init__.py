"""From words to tokens, through the inference server, and back to words."""
