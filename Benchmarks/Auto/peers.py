"""Runs the peers on the series and origins of the comparison.

    python peers.py DIRECTORY PANEL METHOD,METHOD [EVERY]

Reads DIRECTORY/final/PANEL.csv, every EVERYth series, and appends rows to DIRECTORY/peers/PANEL.METHODS.csv:
panel, series, origin (1 is the last), method, points, MAE, SMAPE, MASE, coverage, Winkler over the scale of MASE,
seconds, status. A peer that fails scores as SeasonalNaive. What the file already holds is not run again.
Rossmann's closed days are missing for Prophet and 0 for the others; open days alone are scored.
"""
import csv, logging, os, sys, time, warnings
os.environ.update(OMP_NUM_THREADS='1', NUMBA_NUM_THREADS='1')
warnings.filterwarnings('ignore')
logging.disable(logging.CRITICAL)
import numpy as np, pandas as pd
from plan import PANELS, origins

directory, panel, methods = sys.argv[1], sys.argv[2], sys.argv[3].split(',')
every = int(sys.argv[4]) if len(sys.argv) > 4 else 1
horizon, seasons = PANELS[panel]
os.makedirs(f'{directory}/peers', exist_ok=True)
path = f'{directory}/peers/{panel}.{"_".join(methods)}.csv'
done = {tuple(row[1:4]) for row in csv.reader(open(path))} if os.path.exists(path) else set()
out = open(path, 'a')
frame = pd.read_csv(f'{directory}/final/{panel}.csv', header=None, names=['id', 't', 'y'])


def step(rows):
    return int(pd.Series(np.diff(rows.t.values)).mode()[0])


def grid(rows):
    """One value a step, NaN where nothing was observed."""
    if panel == 'monthly':
        return rows.y.values.astype(float)
    index = np.rint((rows.t.values - rows.t.values[0]) / step(rows)).astype(int)
    y = np.full(index[-1] + 1, np.nan)
    seen = ~np.isnan(rows.y.values)
    y[index[seen]] = rows.y.values[seen]
    return y


def leads(rows, future):
    """How many steps after the training data each future row lies."""
    if panel == 'monthly':
        return np.arange(1, len(future) + 1)
    return np.maximum(1, np.rint((future.t.values - rows.t.values[-1]) / step(rows)).astype(int))


def fit(method, rows, future):
    if method == 'Prophet':
        from prophet import Prophet
        model = Prophet()
        model.fit(pd.DataFrame({'ds': pd.to_datetime(rows.t, unit='s'), 'y': rows.y}).dropna())
        result = model.predict(pd.DataFrame({'ds': pd.to_datetime(future.t, unit='s')}))
        return result.yhat.values, result.yhat_lower.values, result.yhat_upper.values
    from statsforecast import models
    y = grid(rows)
    y = np.nan_to_num(y, nan=0.0) if panel == 'rossmann' else pd.Series(y).interpolate(limit_direction='both').values
    lead, season = leads(rows, future), seasons[0]
    # A season of 288 is beyond ETS and ARIMA: they run without one there, as statsforecast's users run them.
    short = season if season <= 24 else 1
    model = {
        'Naive': lambda: models.Naive(), 'SeasonalNaive': lambda: models.SeasonalNaive(season),
        'Theta': lambda: models.Theta(season), 'AutoETS': lambda: models.AutoETS(season_length=short),
        'MSTL': lambda: models.MSTL(season_length=[s for s in seasons if 2 * s <= len(y)] or [season]),
        'AutoARIMA': lambda: models.AutoARIMA(season_length=short),
    }[method]()
    result = model.forecast(y=y.astype(float), h=int(lead.max()), level=[80])
    at = lambda key: result[key if key in result else 'mean'][lead - 1]
    return at('mean'), at('lo-80'), at('hi-80')


def scale(rows):
    """The scale of MASE: what the seasonal naive forecast misses within the training data."""
    y, lag = grid(rows), seasons[0]
    if 2 * lag > len(y):
        lag = 1
    differences = np.abs(y[lag:] - y[:-lag])
    differences = differences[~np.isnan(differences)]
    return differences.mean() if len(differences) else np.nan


for name in list(dict.fromkeys(frame.id))[::every]:
    rows = frame[frame.id == name]
    for origin in range(origins(len(rows), horizon, seasons[0]), 0, -1):
        training = rows.iloc[:len(rows) - origin * horizon]
        future = rows.iloc[len(training):len(training) + horizon]
        actual = future.y.values.astype(float)
        seen = ~np.isnan(actual)
        if not seen.any() or training.y.notna().sum() < 2:
            continue
        for method in methods:
            if (name, str(origin), method) in done:
                continue
            start, status = time.time(), 'ok'
            try:
                yhat, lower, upper = fit(method, training, future)
                if not np.isfinite(yhat[seen]).all():
                    raise ValueError('not finite')
            except Exception:
                status = 'failed'
                yhat, lower, upper = fit('SeasonalNaive', training, future)
            seconds = time.time() - start
            y, yhat, lower, upper = actual[seen], yhat[seen], lower[seen], upper[seen]
            size = np.abs(y) + np.abs(yhat)
            error = np.abs(y - yhat).mean()
            smape = np.where(size == 0, 0, 200 * np.abs(y - yhat) / np.where(size == 0, 1, size)).mean()
            coverage = ((y >= lower) & (y <= upper)).mean()
            winkler = (upper - lower + 10 * np.maximum(lower - y, 0) + 10 * np.maximum(y - upper, 0)).mean()
            unit = scale(training)
            unit = unit if unit > 0 else np.nan
            out.write(f'{panel},{name},{origin},{method},{len(y)},{error},{smape},{error / unit},{coverage},'
                      f'{winkler / unit},{seconds:.4f},{status}\n')
            out.flush()
