"""Fits `prophet` from PyPI to a panel on standard input and says what a series costs, beside `prophet-benchmark`.

    .build/release/prophet-benchmark csv fleet 40 | python prophet_peer.py
"""

import logging
import sys
import time

import numpy as np
import pandas as pd
from prophet import Prophet

logging.getLogger("prophet").setLevel(logging.ERROR)
logging.getLogger("cmdstanpy").disabled = True

panel = pd.read_csv(sys.stdin, parse_dates=["ds"])
holdout = 30
fits, predictions, scores = [], [], []
for _, series in panel.groupby("unique_id", sort=False):
    training, future = series.iloc[:-holdout][["ds", "y"]], series.iloc[-holdout:][["ds", "y"]]
    begin = time.perf_counter()
    model = Prophet()
    model.fit(training)
    fitted = time.perf_counter()
    forecast = model.predict(future[["ds"]])
    done = time.perf_counter()
    fits.append(fitted - begin)
    predictions.append(done - fitted)
    a, f = future["y"].to_numpy(), forecast["yhat"].to_numpy()
    scores.append(np.mean(200 * np.abs(f - a) / (np.abs(a) + np.abs(f))))
print(
    f"prophet: {len(fits)} series, {np.mean(fits) + np.mean(predictions):.4f} s a series on one core "
    f"(fit {np.mean(fits):.4f}, predict {np.mean(predictions):.4f}), SMAPE {np.mean(scores):.3f}"
)
