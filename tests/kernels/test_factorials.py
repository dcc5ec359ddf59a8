"""Logarithms of factorials against the gamma function."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.kernels.factorials import FEW, log_factorial


@given(st.integers(0, 10**12))
def test_equal_the_gamma_function(n: int) -> None:
    assert log_factorial(n) == pytest.approx(math.lgamma(n + 1.0), rel=1e-14)


@pytest.mark.parametrize("n", range(FEW + 4))
def test_small_ones_are_those_of_whole_numbers(n: int) -> None:
    assert log_factorial(n) == pytest.approx(math.log(math.factorial(n)), rel=1e-14, abs=1e-15)
