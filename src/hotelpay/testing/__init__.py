"""For authors of adapters and for tests: ports in memory, a contract suite for each port, strategies, crashes.

The ports in memory need nothing; the suites need pytest, the strategies Hypothesis (extra ``testing``).
"""
