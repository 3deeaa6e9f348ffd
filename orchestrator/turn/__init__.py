"""One turn of a conversation, from the request to the answer; `turns` has the story."""
