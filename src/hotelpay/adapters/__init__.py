"""Real parts behind the ports: one room for each technology, one extra each."""
