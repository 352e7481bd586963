"""Tiny models with seeded weights, of the real architectures: they prove plumbing, nothing else."""
