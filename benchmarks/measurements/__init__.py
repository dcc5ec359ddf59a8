"""Measurements: the functions that cells call; plain arguments in, plain numbers out."""
