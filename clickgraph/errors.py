"""The error that every door raises: what was expected, what was found, and what to try."""


class InputError(ValueError):
    """Input that clickgraph cannot use.

    Parameters
    ----------
    expected : str
        What would have been accepted.
    found : str
        What came instead.
    hint : str, optional
        What to try.

    Examples
    --------
    >>> print(InputError("alpha between 0 and 1", "2", "try 0.01"))
    expected alpha between 0 and 1; found 2 (try 0.01)
    """

    def __init__(self, expected: str, found: str, hint: str = "") -> None:
        super().__init__(expected, found, hint)
        self.expected, self.found, self.hint = expected, found, hint

    def __str__(self) -> str:
        """Return the whole sentence."""
        return f"expected {self.expected}; found {self.found}" + (f" ({self.hint})" if self.hint else "")
