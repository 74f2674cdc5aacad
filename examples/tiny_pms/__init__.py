"""A tiny property management system, and hotelpay's ports over it: see docs/adapting.md."""
