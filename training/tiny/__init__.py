"""Tiny models of real architectures with seeded random weights: fixtures for parity tests; their vectors mean nothing."""
