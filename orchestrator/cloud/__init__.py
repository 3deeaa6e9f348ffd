"""The cloud fallback: an OpenAI-compatible upstream that sees redacted text only. Off unless configured and enabled."""
