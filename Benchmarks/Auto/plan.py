"""The horizons, seasons and origins that every script of the comparison shares."""

# Panel: horizon in rows, seasons in steps. The first season is that of MASE.
DAY = [288, 2016]
PANELS = {
    'nab_cpu': (288, DAY), 'nab_other': (288, DAY), 'bit_cpu': (288, DAY), 'bit_mem': (288, DAY), 'yosemite': (288, DAY),
    'rossmann': (30, [7]), 'daily': (30, [7]), 'monthly': (12, [12]), 'etth1': (24, [24, 168]),
}
# Series of the forecasting competitions, which the final comparison does not hold: horizon, seasons, origins inside.
COMPETITIONS = {
    'x_m1_yearly': (6, [1], 2), 'x_m3_yearly': (6, [1], 2), 'x_tourism_yearly': (4, [1], 2),
    'x_m1_quarterly': (8, [4], 3), 'x_m3_quarterly': (8, [4], 3), 'x_tourism_quarterly': (8, [4], 6),
    'x_m1_monthly': (12, [12], 3), 'x_m3_monthly': (12, [12], 4), 'x_tourism_monthly': (12, [12], 8),
    'x_m4_weekly': (13, [52], 8),
}
# Panels whose steps are weeks or longer, where Auto leans on the mean of the catalogue.
LONG_STEPS = {'monthly', *COMPETITIONS}
MOST_ORIGINS = 10


def origins(rows, horizon, season, most=MOST_ORIGINS):
    """How many origins, one horizon apart, leave two seasons before the first of them."""
    return max(0, min(most, (rows - 2) // horizon, (rows - 2 * season) // horizon))
