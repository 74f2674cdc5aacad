"""The payment autopilot: tasks, and what they do with which reservation when."""
