"""Matrices of marks that were published by others, rebuilt by hand.

- LSAT 6 and LSAT 7: sections of the Law School Admission Test, five questions, 1,000 people.
  R. D. Bock and M. Lieberman, Psychometrika 35 (1970). Given as the frequency of each pattern
  of right and wrong, from 00000 to 11111.
- Attitude: seven statements judged by clerks of 30 departments, each in percent.
  S. Chatterjee and B. Price, Regression Analysis by Example (1977), table 3.3.
"""

from __future__ import annotations

Rows = list[list[int]]

_LSAT6 = "3 6 2 11 1 1 3 4 1 8 0 16 0 3 2 15 10 29 14 81 3 28 15 80 16 56 21 173 11 61 28 298"
_LSAT7 = "12 19 1 7 3 19 3 17 10 5 3 7 7 23 8 28 7 39 11 34 14 51 15 90 6 25 7 35 18 136 32 308"


def _patterns(frequencies: str) -> Rows:
    rows = []
    for pattern, times in enumerate(frequencies.split()):
        rows += [[int(digit) for digit in f"{pattern:05b}"]] * int(times)
    return rows


LSAT6 = _patterns(_LSAT6)
LSAT7 = _patterns(_LSAT7)
ATTITUDE = [
    [int(cell) for cell in line.split()]
    for line in """
43 51 30 39 61 92 45
63 64 51 54 63 73 47
71 70 68 69 76 86 48
61 63 45 47 54 84 35
81 78 56 66 71 83 47
43 55 49 44 54 49 34
58 67 42 56 66 68 35
71 75 50 55 70 66 41
72 82 72 67 71 83 31
67 61 45 47 62 80 41
64 53 53 58 58 67 34
67 60 47 39 59 74 41
69 62 57 42 55 63 25
68 83 83 45 59 77 35
77 77 54 72 79 77 46
81 90 50 72 60 54 36
74 85 64 69 79 79 63
65 60 65 75 55 80 60
65 70 46 57 75 85 46
50 58 68 54 64 78 52
50 40 33 34 43 64 33
64 61 52 62 66 80 41
53 66 52 50 63 80 37
40 37 42 58 50 57 49
63 54 42 48 66 75 33
66 77 66 63 88 76 72
78 75 58 74 80 78 49
48 57 44 45 51 83 38
85 85 71 71 77 74 55
82 82 39 59 64 78 39
""".strip().splitlines()
]
# name: (rows, maximum of every item, what was published: facilities or means, and alpha)
DATA: dict[str, tuple[Rows, int]] = {
    "LSAT 6": (LSAT6, 1),
    "LSAT 7": (LSAT7, 1),
    "attitude": (ATTITUDE, 100),
}
FACILITIES = {
    "LSAT 6": (0.924, 0.709, 0.553, 0.763, 0.870),
    "LSAT 7": (0.828, 0.658, 0.772, 0.606, 0.843),
    "attitude": (0.6463, 0.6660, 0.5313, 0.5637, 0.6463, 0.7477, 0.4293),
}
ALPHAS = {"LSAT 6": 0.295, "LSAT 7": 0.453, "attitude": 0.843}
