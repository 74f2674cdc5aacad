"""A host that awaits its payment processor: see docs/adapting.md."""
