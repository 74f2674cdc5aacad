"""How money moves once: claim, act, post, follow up, complete. Written once, and without any input or output."""
