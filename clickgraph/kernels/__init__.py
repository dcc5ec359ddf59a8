"""Kernels: numba only, arrays in, arrays out."""
