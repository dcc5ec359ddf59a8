"""The colours of all pictures: told apart in grey, and with each kind of colour blindness."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from clickgraph.views.colours import AGAINST, OTHERS, RING, SERIES, TOTAL

# Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision deficiency.
# IEEE TVCG 15 (2009), DOI 10.1109/TVCG.2009.113: severity 1.0, for linear RGB.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour: str) -> np.ndarray:
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lightness(rgb: np.ndarray) -> float:
    """CIE L*, 0 to 100, from linear RGB: what is left of a colour in grey."""
    y = float(np.clip(rgb, 0, 1) @ [0.2126, 0.7152, 0.0722])
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("pair", list(combinations([RING, AGAINST, OTHERS], 2)), ids="-".join)
def test_colours_that_stand_beside_each_other_differ_in_grey(pair: tuple[str, str]) -> None:
    one, other = (lightness(linear(colour)) for colour in pair)
    assert abs(one - other) >= 12
    for matrix in BLINDNESS.values():
        one, other = (lightness(np.array(matrix) @ linear(colour)) for colour in pair)
        assert abs(one - other) >= 12


def test_outlines_and_lines_stand_out_from_paper() -> None:
    for colour in (TOTAL, RING, AGAINST, SERIES[2], SERIES[3], SERIES[4]):
        contrast = 1.05 / (float(linear(colour) @ [0.2126, 0.7152, 0.0722]) + 0.05)
        assert contrast >= 2.4  # a line also has a marker, an area an outline
