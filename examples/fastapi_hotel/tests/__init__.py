"""hotelpay's suites on the hotel's own tables, and the hotel as others meet it: over HTTP."""
