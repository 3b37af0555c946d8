"""Compares peaks with what other tools would set, and with the simplest answers: coverage, loss and how high they lie.

    PRESAGE=auto-benchmark python peaks.py DIRECTORY PANEL HORIZON FIRST EVERY [WINDOW [LATE]]

DIRECTORY/PANEL.csv is a panel of panels.py. At origins EVERY rows apart from the row FIRST on, each rule sees the WINDOW rows
before (all, where left out) and names a value that the highest use of the next HORIZON rows is to stay below in nine of ten cases.
*Loss* is the pinball loss of that, 0.9 for each unit that was missing and 0.1 for each that was too much, over the mean of past
highest uses. VPA, KRR and Crane name a percentile of the use, not of its maximum; they are here as what people run today.
"""
import os, subprocess, sys
import numpy as np

DIRECTORY, PANEL = sys.argv[1:3]
HORIZON, FIRST, EVERY = map(int, sys.argv[3:6])
WINDOW = int(sys.argv[6]) if len(sys.argv) > 6 else 10**9
LATE = int(sys.argv[7]) if len(sys.argv) > 7 else 0
DAY, Q = 288, 0.9   # rows a day for the decaying rules of VPA and Crane: panels of five minutes
MEMORY = 'mem' in PANEL
path = f'{DIRECTORY}/{PANEL}.csv'

series = {}
for line in open(path):
    name, _, y = line.rstrip('\n').split(',')
    series.setdefault(name, []).append(float(y) if y else np.nan)


def weighted(values, weights, q):
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return values[order][np.searchsorted(below, q * below[-1])]


def highest(use, size, count):
    """The highest uses of the last `count` blocks, newest first."""
    blocks = [use[len(use) - (i + 1) * size:len(use) - i * size] for i in range(min(count, len(use) // size))]
    return np.array([np.nanmax(b) for b in blocks if not np.isnan(b).all()])


def rules(use):
    seen = ~np.isnan(use)
    age = np.arange(len(use))[::-1] / DAY
    ten = np.sort(highest(use, HORIZON, 10))
    rank = min(len(ten), int(np.ceil((len(ten) + 1) * Q - 1e-9)))
    daily = highest(use, DAY, 8)
    return {
        'the same quantile of the last ten': ten[rank - 1],
        'the highest of all': np.nanmax(use),
        # Half-life a day; of memory the daily peaks of eight days; 15% on top.
        'VPA, target': 1.15 * (weighted(daily, 0.5 ** np.arange(len(daily)), 0.9) if MEMORY
                               else weighted(use[seen], 0.5 ** age[seen], 0.9)),
        'KRR': 1.15 * np.nanmax(use[-14 * DAY:]) if MEMORY else np.nanquantile(use[-14 * DAY:], 0.95),
        'Crane, 99% and 15%': 1.15 * np.nanquantile(use[-7 * DAY:], 0.99),
    }


command = [os.environ['PRESAGE'], 'peaks', path, *map(str, (HORIZON, FIRST, EVERY, WINDOW, LATE))]
rows = []
for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
    name, before, actual, peak, confirmed = line.split(',')
    use = np.array(series[name][max(0, int(before) - WINDOW):int(before)])
    scale = highest(use, HORIZON, 10**9).mean()
    if scale > 0:
        rows.append((name, float(actual), scale, float(confirmed), {'Presage': float(peak), **rules(use)}))
actual, scale = (np.array([row[i] for row in rows]) for i in (1, 2))
print(f'{PANEL}: {len(rows)} horizons of {len({row[0] for row in rows})} series, '
      f'{100 * np.mean([row[3] for row in rows]):.0f}% confirmed by past horizons')
for rule in rows[0][4]:
    value = np.array([row[4][rule] for row in rows])
    loss = np.where(actual > value, Q * (actual - value), (1 - Q) * (value - actual)) / scale
    over = np.median(value / np.maximum(actual, 1e-12))
    print(f'{PANEL},{rule},{100 * np.mean(actual <= value * (1 + 1e-9)):.0f}%,{loss.mean():.3f},{over:.2f}')
