"""Benchmarks: what the rings are worth, measured against the truth and against the peers."""
