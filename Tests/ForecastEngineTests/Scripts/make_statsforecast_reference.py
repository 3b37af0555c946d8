#!/usr/bin/env python3
"""Makes Resources/statsforecast_*.json: what statsforecast forecasts for generated series.

Run: pip install statsforecast==2.1.1 && python3 make_statsforecast_reference.py [ets theta mstl arima shared]
The series come from the linear congruential generator below, so no data set is needed and nothing is copied.
Every value is rounded before it is fitted, so that the file holds exactly what statsforecast saw.
`shared` reads the data sets beside the repository (../shared/data) and stores outputs only, never a value of theirs.
"""
import json
import math
import pathlib
import sys
import warnings

import numpy as np
import statsforecast
from statsforecast.models import MSTL, AutoARIMA, AutoETS, AutoTheta

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "Resources"
HORIZON = 24


class Random:
    """Knuth's MMIX generator; the upper 53 bits make a uniform number."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53

    def normal(self):
        u = max(self.uniform(), 1e-12)
        return math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * self.uniform())


def series(kind):
    """name, season lengths, values."""
    cases = []

    def add(name, periods, count, seed, function):
        random = Random(seed)
        state = {}
        values = [float(f"{function(t, random, state):.6g}") for t in range(count)]
        cases.append((name, periods, values))

    tau = 2 * math.pi

    def walk(t, r, s, scale=1.0, start=100.0):
        s["x"] = s.get("x", start) + scale * r.normal()
        return s["x"]

    def autoregression(t, r, s):
        s["x"] = 0.7 * s.get("x", 0.0) + r.normal()
        return s["x"]

    def damped(t, r, s):
        return 50 + 30 * (1 - 0.93**t) + 0.8 * r.normal()

    def trending(t, r, s):
        s["b"] = s.get("b", 0.5) + 0.05 * r.normal()
        s["x"] = s.get("x", 20.0) + s["b"]
        return s["x"] + r.normal()

    def moving(t, r, s):
        e = r.normal()
        value = 30 + e + 0.6 * s.get("e", 0.0)
        s["e"] = e
        return value

    def usage(t, r, s):
        s["x"] = 0.9 * s.get("x", 0.0) + r.normal()
        return max(2.0, 40 + 10 * math.sin(tau * t / 288) + 2 * s["x"] + (25 if r.uniform() < 0.01 else 0))

    add("monthly growth with a multiplicative season", [12], 144, 1,
        lambda t, r, s: (100 + 2.4 * t) * (1 + 0.2 * math.sin(tau * t / 12) + 0.08 * math.cos(tau * t / 6)) * (1 + 0.03 * r.normal()))
    add("monthly level with an additive season", [12], 96, 2,
        lambda t, r, s: 500 + 60 * math.sin(tau * t / 12) + 25 * math.cos(tau * t / 4) + 12 * r.normal())
    add("quarterly growth", [4], 60, 3,
        lambda t, r, s: 80 + 1.1 * t + [8, -3, -9, 4][t % 4] + 2 * r.normal())
    add("daily sales with closed Sundays", [7], 210, 4,
        lambda t, r, s: 0.0 if t % 7 == 6 else 300 + 40 * math.sin(tau * t / 7) + 30 * r.normal())
    add("hourly load", [24], 336, 5,
        lambda t, r, s: 60 + 20 * math.sin(tau * (t - 7) / 24) + 6 * math.cos(tau * t / 12) + walk(t, r, s, 0.4, 0) + 1.5 * r.normal())
    add("a random walk", [1], 150, 6, lambda t, r, s: walk(t, r, s))
    add("a line with noise", [1], 80, 7, lambda t, r, s: 10 + 0.9 * t + 3 * r.normal())
    add("a damped rise", [1], 100, 8, damped)
    add("noise about a level", [1], 100, 9, lambda t, r, s: 25 + 4 * r.normal())
    add("an autoregression below and above zero", [1], 200, 10, autoregression)
    add("two and a half years of months", [12], 30, 11,
        lambda t, r, s: 40 + 0.3 * t + 9 * math.sin(tau * t / 12) + r.normal())
    add("a step", [1], 120, 12, lambda t, r, s: (20 if t < 70 else 35) + 1.2 * r.normal())
    add("five-minute CPU use", [1], 800, 13, usage)
    add("sparse demand", [7], 150, 14, lambda t, r, s: float(int(4 * r.uniform())) if r.uniform() < 0.3 else 0.0)
    add("a dozen points", [1], 12, 15, lambda t, r, s: 5 + 0.5 * t + 0.3 * r.normal())
    add("a wandering trend", [1], 160, 16, trending)
    add("a moving average", [1], 180, 17, moving)
    add("weekly pattern with growth", [7], 365, 18,
        lambda t, r, s: (200 + 0.3 * t) * [1.0, 0.95, 0.97, 1.02, 1.2, 1.35, 0.7][t % 7] * (1 + 0.04 * r.normal()))
    add("bytes", [1], 120, 19, lambda t, r, s: 2.5e9 + 1e7 * t + 4e7 * r.normal())
    add("two seasons", [24, 168], 840, 20,
        lambda t, r, s: 100 + 15 * math.sin(tau * t / 24) + (12 if (t // 24) % 7 < 5 else -8) + 0.01 * t + 2 * r.normal())
    add("a long season", [96], 700, 21,
        lambda t, r, s: 30 + 8 * math.sin(tau * t / 96) + 3 * math.cos(tau * t / 32) + walk(t, r, s, 0.2, 0) + 0.7 * r.normal())
    if kind == "arima":  # Near zero at first, where its search goes on from least squares.
        for seed in (25, 26):
            add(f"yearly growth from nothing, {seed}", [1], 40, seed,
                lambda t, r, s: 15 * t + 9 * r.normal() + walk(t, r, s, 4, 3))
        for seed in (22, 24, 27):
            add(f"quarterly growth from nothing, {seed}", [4], 72, seed,
                lambda t, r, s: (2 + 1.5 * t) * (1 + 0.25 * math.sin(tau * t / 4)) * (1 + 0.06 * r.normal()))
    return cases


def numbers(values):
    return [float(f"{v:.12g}") for v in np.asarray(values, dtype=np.float64)]


def order(model):
    p, q, P, Q, m, d, D = model["arma"]
    return [p, d, q, P, D, Q, m]


def reference(kind):
    cases = []
    for name, periods, values in series(kind):
        y = np.asarray(values, dtype=np.float64)
        m = periods[0]
        case = {"name": name, "periods": periods, "values": values}
        if kind == "ets":
            if m > 24 or len(periods) > 1:
                continue
            model = AutoETS(season_length=m).fit(y)
            case |= {"form": model.model_["method"], "aicc": float(model.model_["aicc"])}
        elif kind == "theta":
            if len(periods) > 1:
                continue
            model = AutoTheta(season_length=m).fit(y)
            case |= {"form": model.model_["modeltype"], "mse": float(model.model_["mse"])}
        elif kind == "mstl":
            if m == 1 or len(y) < 2 * max(periods):
                continue
            model = MSTL(season_length=periods).fit(y)
            case |= {"trend": numbers(model.model_["trend"]), "form": model.trend_forecaster.model_["method"]}
        elif kind == "arima":
            if m > 24 or len(periods) > 1:
                continue
            model = AutoARIMA(season_length=m).fit(y)
            fitted = model.model_
            case |= {"order": order(fitted), "aicc": float(fitted["aicc"]), "loglik": float(fitted["loglik"]),
                     "coefficients": {k: float(v) for k, v in fitted["coef"].items()}, "variance": float(fitted["sigma2"])}
        prediction = model.predict(h=HORIZON, level=[80])
        case["mean"] = numbers(prediction["mean"])
        if kind in ("ets", "arima"):
            case["upper"] = numbers(prediction["hi-80"])
        print(kind, name, {k: case[k] for k in ("form", "order", "aicc", "mse") if k in case}, flush=True)
        cases.append(case)
    document = {"source": f"statsforecast {statsforecast.__version__}, make_statsforecast_reference.py",
                "horizon": HORIZON, "cases": cases}
    OUT.mkdir(exist_ok=True)
    text = json.dumps(document, separators=(",", ":")).replace('{"name"', '\n{"name"')
    (OUT / f"statsforecast_{kind}.json").write_text(text + "\n")


def shared_cases():
    """file, unique_id, how many of the last values, season lengths."""
    cases = [("prophet_monthly", None, 0, [12]), ("prophet_daily", None, 500, [7])]
    cases += [("rossmann_daily", k, 500, [7]) for k in range(0, 100, 9)]
    return cases + [("nab_aws", k, 600, [288]) for k in range(0, 17, 2)] + [("etth1", None, 504, [24])]


def shared():
    data = next(p / "shared/data" for p in HERE.parents if (p / "shared/data").exists())
    outputs = []
    for file, which, last, periods in shared_cases():
        panel = {}
        for line in (data / f"{file}.csv").read_text().splitlines()[1:]:
            fields = line.split(",")
            if fields[2]:
                panel.setdefault(fields[0], []).append(float(fields[2]))
        for number, (name, values) in enumerate(panel.items()):
            if which is not None and number != which:
                continue
            y = np.asarray(values[-last:] if last else values, dtype=np.float64)
            m = periods[0]
            short = m if m <= 24 else 1
            case = {"file": file, "series": name, "last": last, "periods": periods}
            models = {"ets": AutoETS(season_length=short), "theta": AutoTheta(season_length=m),
                      "mstl": MSTL(season_length=periods), "arima": AutoARIMA(season_length=short)}
            if m == 24:
                del models["arima"]  # Minutes a series there.
            for kind, model in models.items():
                try:
                    model.fit(y)
                    out = {"mean": numbers(model.predict(h=HORIZON)["mean"])}
                    if kind in ("ets", "arima"):
                        out["aicc"] = float(model.model_["aicc"])
                    out["form"] = str(order(model.model_)) if kind == "arima" else (
                        model.model_["method"] if kind == "ets" else "")
                    if all(math.isfinite(v) for v in out["mean"]) and math.isfinite(out.get("aicc", 0)):
                        case[kind] = out
                except Exception as error:
                    print(file, name, kind, "failed:", error)
            outputs.append(case)
            print(file, name, {k: v.get("form") for k, v in case.items() if isinstance(v, dict)}, flush=True)
    document = {"source": f"statsforecast {statsforecast.__version__}, make_statsforecast_reference.py",
                "horizon": HORIZON, "cases": outputs}
    text = json.dumps(document, separators=(",", ":")).replace('{"file"', '\n{"file"')
    (OUT / "statsforecast_shared.json").write_text(text + "\n")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    for kind in sys.argv[1:] or ["ets", "theta", "mstl", "arima"]:
        if kind == "shared":
            shared()
        else:
            reference(kind)
