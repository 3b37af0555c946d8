"""The horizons, seasons and origins that every script of the comparison shares."""

# Panel: horizon in rows, seasons in steps. The first season is that of MASE.
DAY = [288, 2016]
PANELS = {
    'nab_cpu': (288, DAY), 'nab_other': (288, DAY), 'bit_cpu': (288, DAY), 'bit_mem': (288, DAY), 'yosemite': (288, DAY),
    'rossmann': (30, [7]), 'daily': (30, [7]), 'monthly': (12, [12]), 'etth1': (24, [24, 168]),
}
MOST_ORIGINS = 10


def origins(rows, horizon, season, most=MOST_ORIGINS):
    """How many origins, one horizon apart, leave two seasons before the first of them."""
    return max(0, min(most, (rows - 2) // horizon, (rows - 2 * season) // horizon))
