"""Tests of the ground: the modules that everything else stands on, and what they refuse."""
