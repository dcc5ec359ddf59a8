"""The few colours of all pictures: they differ in lightness too, so they survive print and colour blindness."""

from typing import Final

RING: Final = "#08457e"  # dark blue: what the ring did, what speaks for it
AGAINST: Final = "#e07b00"  # orange: what speaks against it
OTHERS: Final = "#b8c4ce"  # light grey: everybody else
TOTAL: Final = "#2b2b2b"  # near black: sums, outlines
SERIES: Final = (RING, AGAINST, "#5aa8d6", "#7a3e00", "#8a8f94")  # lines also differ in marker
SHADES: Final = "cividis"  # a map that is even in lightness and for colour-blind eyes
