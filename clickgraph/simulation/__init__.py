"""Worlds with the truth: farms of every known kind, organic crowds, and farms planted into real logs."""
