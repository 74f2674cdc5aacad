"""Pictures where people would rather look: drawn from decisions, as text that a browser or a terminal shows."""
