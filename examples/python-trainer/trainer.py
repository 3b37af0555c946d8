#!/usr/bin/env python3
"""A second trainer for Presage, in Python, with nothing but the standard library.

It keeps to docs/trainer-contract.md: reads the run document, fits the median of the last seasons to every series,
scores it and the champion after one cut, fits the winner through the end and publishes that as a version.
"""

import argparse
import collections
import csv
import datetime
import hashlib
import io
import json
import math
import os
import pathlib
import statistics
import sys
import traceback
import urllib.request

from artifact import Floats, encode, fnv1a
from cluster import Cluster, NameTaken, Refused, chunks, publish

try:
    from store import CHUNK, Store, StoreFailure
except ImportError:
    # A trainer may do without object stores, but then it refuses runs that ask for one.
    CHUNK, Store, StoreFailure = 0, None, ()

ENGINE = "seasonal-median"
VERSION = "1"
# What a run document has without exception, as far as it is used here.
NEEDED = (
    "model", "trainingJob", "asOf", "source", "algorithm", "horizonSeconds", "minimumImprovement", "scoresBaseline",
    "artifact")
NAN = math.nan


class Failure(Exception):
    """Why the run ends without a version; the status says whether another try may help."""

    def __init__(self, reason, message, status=65, stage=None):
        super().__init__(message)
        self.reason, self.message, self.status, self.stage = reason, message, status, stage


def parse_time(text):
    if text.replace(".", "", 1).lstrip("-").isdigit():
        return int(float(text))
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)).timestamp())


def written(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(run, folder):
    """Series by name: {time: value}, and what the values mean."""
    source = run["source"]
    if "access" in source:
        raise Failure("UnsupportedSource", "this trainer does not log in: source.access", 64, "Validated")
    try:
        if "url" in source:
            text = urllib.request.urlopen(source["url"], timeout=60).read().decode()
        elif "path" in source:
            text = (folder / source["path"]).read_text()
        else:
            raise Failure(
                "UnsupportedSource", f"this trainer reads source.path and source.url alone, not {', '.join(source)}", 64,
                "Validated")
    except OSError as error:
        code = getattr(error, "code", None)
        mayPass = code is None or code in (408, 429, 500, 502, 503, 504)
        raise Failure(
            "Unreadable", f"the history cannot be read: {error}", 69 if mayPass else 65, "Validated") from None
    columns = source.get("columns", {})
    rows = csv.DictReader(io.StringIO(text))
    name = lambda usual: columns.get(usual, usual)
    have = rows.fieldnames or []
    series = collections.defaultdict(dict)
    latest = math.inf if source.get("recorded") else parse_time(run["asOf"])
    if name("unique_id") in have and name("y") in have:
        meaning, values = "panel", [("", name("y"))]
        key, when = name("unique_id"), name("ds")
    elif name("container") in have and name("pod") not in have:
        meaning, values = "busiestPod", [("/cpu", name("cpu")), ("/memory", name("memory"))]
        key, when = name("container"), name("timestamp")
    else:
        raise Failure(
            "InvalidColumns", f"the history has the columns {', '.join(have)}; give unique_id,ds,y or "
            "timestamp,container,cpu,memory", stage="Validated")
    for row in rows:
        try:
            time = parse_time(row[when])
            for suffix, column in values:
                if row.get(column) and time <= latest:
                    series[row[key] + suffix][time] = float(row[column])
        except (ValueError, TypeError):
            raise Failure("InvalidRow", f"line {rows.line_num} cannot be read", stage="Validated") from None
    return series, meaning


class Grid:
    """A series on its own step: every step from the first to the last row, NaN where nothing was observed."""

    def __init__(self, rows):
        times = sorted(rows)
        gaps = collections.Counter(later - time for time, later in zip(times, times[1:]))
        self.step = gaps.most_common(1)[0][0] if gaps else 1
        self.start = times[0]
        self.values = [NAN] * ((times[-1] - self.start) // self.step + 1)
        for time in times:
            self.values[(time - self.start) // self.step] = rows[time]
        per_day = 86_400 // self.step
        self.season = per_day if per_day > 1 else 7 if self.step == 86_400 else 1

    def index(self, time):
        """How many steps lie at or before a time."""
        return max(0, min(len(self.values), (time - self.start) // self.step + 1))


def fit(values, season, cycles):
    """The median of the same place in the last seasons: one value a step of the season that comes next."""
    season = min(season, max(1, len(values) // 2))
    rest = [value for value in values if not math.isnan(value)]
    if not rest:
        raise Failure("NoData", "nothing was observed")
    places = []
    for place in range(season):
        seen = [values[len(values) - back * season + place] for back in range(1, cycles + 1)
                if len(values) - back * season + place >= 0]
        seen = [value for value in seen if not math.isnan(value)]
        places.append(float(statistics.median(seen or rest)))
    return places


def forecast(places, count):
    return [places[step % len(places)] for step in range(count)]


def smape(actual, predicted):
    """Percent from 0 to 200; None where nothing was observed."""
    points = [200 * abs(f - a) / (abs(a) + abs(f)) if a or f else 0.0
              for a, f in zip(actual, predicted) if not math.isnan(a)]
    return statistics.fmean(points) if points else None


def held_out(grid, cycles, horizon):
    """What the same recipe missed on horizons that it had not seen: Presage's intervals come from that."""
    length = min(horizon, len(grid.values) // 4)
    if length < 1:
        return None
    cuts = [len(grid.values) - length * back for back in range(1, 11)]
    cuts = sorted(cut for cut in cuts if cut >= 2 * grid.season and cut >= len(grid.values) // 3)
    paths = [(grid.values[cut:cut + length], forecast(fit(grid.values[:cut], grid.season, cycles), length))
             for cut in cuts]
    largest = max((abs(v) for actual, ahead in paths for v in actual + ahead if not math.isnan(v)), default=0)
    if not any(not math.isnan(value) for actual, _ in paths for value in actual):
        return None
    unit = largest or 1.0
    return {
        "errors": [Floats((a - f) / unit for a, f in zip(*path)) for path in paths],
        "forecasts": [Floats(f / unit for f in ahead) for _, ahead in paths], "unit": unit, "stride": length}


def model(name, grid, cycles, run):
    """One model of the artifact: Presage serves it as a season that repeats."""
    places = fit(grid.values, grid.season, cycles)
    lag = [later - value for value, later in zip(grid.values, grid.values[len(places):])
           if not math.isnan(value) and not math.isnan(later)]
    settings = {**run["algorithm"], "name": "SeasonalNaive"}
    return {
        "seriesID": name, "end": grid.start + (len(grid.values) - 1) * grid.step,
        "step": {"seconds": {"_0": grid.step}}, "steps": len(grid.values),
        "observations": sum(not math.isnan(value) for value in grid.values),
        "lowest": None if any(value < 0 for value in grid.values) else 0.0,
        "recipe": {"settings": settings, "seasonLengths": [len(places)] if len(places) > 1 else [],
                   "choices": {"numbers": {"cycles": [float(cycles)]}, "members": []}},
        "model": {"name": "SeasonalNaive", "state": {
            "season": places, "residualDeviation": math.sqrt(statistics.fmean(d * d for d in lag)) if lag else 0.0}},
        "calibration": held_out(grid, cycles, max(1, -(-run["horizonSeconds"] // grid.step)))}


class Training:
    """One run, or one shard of it."""

    def __init__(self, path, environment):
        self.folder = pathlib.Path(path).parent
        try:
            self.run = json.loads(pathlib.Path(path).read_text())
        except (OSError, ValueError) as error:
            raise Failure("InvalidRun", f"the run document {path} cannot be read: {error}", 64) from None
        known = self.run.get("apiVersion") if isinstance(self.run, dict) else None
        if known != "presage.dev/v1alpha1":
            raise Failure("InvalidRun", f"the run document has apiVersion {known}, which is not known here", 64)
        missing = [name for name in NEEDED if name not in self.run]
        if missing:
            raise Failure("InvalidRun", f"the run document lacks {', '.join(missing)}", 64)
        self.count = self.run.get("shardCount", 1)
        self.index = int(environment.get("JOB_COMPLETION_INDEX", self.run.get("shardIndex", 0)))
        self.naming = dict(self.run["artifact"])
        if self.count > 1:
            self.naming["name"] += f"-shard-{self.index}"
        objects = self.run["artifact"].get("objects")
        if objects and Store is None:
            raise Failure("UnsupportedRegistry", "this trainer writes ConfigMaps alone: artifact.objects", 64)
        try:
            self.objects = Store(objects, self.folder) if objects else None
        except OSError as error:
            raise Failure("InvalidCredential", f"the store's Secret cannot be read: {error}") from None
        self.stages = []

    def finish(self, stage, reason, message, succeeded=True):
        now = written(datetime.datetime.now(datetime.timezone.utc).timestamp())
        self.stages.append({"name": stage, "succeeded": succeeded, "reason": reason, "message": message, "time": now})
        print(f"{stage.lower()}: {message}", flush=True)

    def champion(self):
        """How many seasons the champion takes the median of; None where there is no champion."""
        champion = self.run.get("champion")
        if champion is None:
            return None
        try:
            manifest = json.loads((self.folder / champion["directory"] / "manifest.json").read_text())
        except (OSError, ValueError) as error:
            raise Failure(
                "ChampionUnreadable", f"version {champion['version']} cannot be read: {error}", 70) from None
        if not manifest["engineVersion"].startswith(ENGINE + " "):
            raise Failure(
                "ForeignChampion", f"version {champion['version']} was made by {manifest['engineVersion']}, whose recipe "
                "cannot be fitted here; train with its image, or pin a version of this trainer")
        return int(manifest["algorithm"].removeprefix("SeasonalMedian(").removesuffix(")"))

    def train(self):
        """The manifest and the pieces of the artifact."""
        run = self.run
        champion = self.champion()
        series, meaning = read(run, self.folder)
        if not series:
            raise Failure("NoData", "the history has no row", stage="Validated")
        end, start = max(map(max, series.values())), min(map(min, series.values()))
        mine = {name: Grid(rows) for name, rows in sorted(series.items())
                if fnv1a(name.encode()) % self.count == self.index}
        self.finish("Validated", "Valid", f"{len(mine)} series, {sum(map(len, series.values()))} values")

        holdout = run.get("holdoutSeconds") or min(run["horizonSeconds"], (end - start) // 3)
        if not 0 < holdout < end - start:
            raise Failure("TooShort", f"nothing is left to fit on before a holdout of {holdout} s", stage="Prepared")
        cut = end - holdout
        self.finish("Prepared", "Split", f"fits see rows up to {written(cut)}, scores the {holdout} s after it")

        own = champion if run.get("refreshOnly") and champion else int(os.environ.get("SEASONS", "4"))
        scores = {"challenger": [], "champion": [], "baseline": []}
        failed = []
        for name, grid in mine.items():
            at = grid.index(cut)
            seen, unseen = grid.values[:at], grid.values[at:]
            try:
                recipes = {"challenger": own, "champion": champion, "baseline": 1 if run["scoresBaseline"] else None}
                for who, cycles in recipes.items():
                    if cycles is None:
                        continue
                    score = smape(unseen, forecast(fit(seen, grid.season, cycles), len(unseen)))
                    if score is not None:
                        # As Presage does: multiples of 2^-20 percent add up without rounding, in any order.
                        scores[who].append(round(score * 2**20) / 2**20)
            except Failure as error:
                failed.append({"id": name, "reason": error.message})
        self.finish("Trained", "Fitted", f"{len(mine) - len(failed)} series fitted up to the cut")

        sums = {who: {"total": math.fsum(all), "series": len(all)} for who, all in scores.items() if all}
        means = {who: each["total"] / each["series"] for who, each in sums.items()}
        winner, reason = self.decide(means, own, champion)
        self.finish("Evaluated", *reason)

        cycles = champion if winner == "Champion" else own
        manifest = {
            "apiVersion": "presage.dev/v1alpha1", "model": run["model"], "trainingJob": run["trainingJob"],
            "algorithm": f"SeasonalMedian({cycles})", "challengerAlgorithm": f"SeasonalMedian({own})",
            "engineVersion": f"{ENGINE} {VERSION}", "trainedAt": self.stages[-1]["time"],
            "historyStart": written(start), "historyEnd": written(end), "cut": written(cut),
            "historyDigest": f"{fnv1a(json.dumps({n: sorted(series[n].items()) for n in mine}).encode()):016x}",
            "failedSeries": failed[:100], "failedSeriesCount": len(failed), "scores": means, "winner": winner,
            "reason": reason[1], "stages": self.stages}
        if "champion" in run:
            manifest["championVersion"] = run["champion"]["version"]
        if self.objects:
            manifest["store"] = run["artifact"]["objects"]["store"]
        pieces = self.store(manifest, mine, cycles, meaning, self.naming["name"])
        if self.count > 1:
            manifest["shard"] = {
                "index": self.index, "count": self.count, "attempted": len(mine), "failed": len(failed), "tally": sums}
            if champion is not None:
                refresh = manifest["shard"]["refresh"] = {"algorithm": f"SeasonalMedian({champion})"}
                pieces += self.store(refresh, mine, champion, meaning, self.naming["name"] + "-champion")
        return manifest, pieces

    def decide(self, means, own, champion):
        if self.count > 1:
            return "Challenger", ("Scored", f"slice {self.index} of {self.count}; all slices are decided on together")
        if "challenger" not in means:
            raise Failure("NothingScored", "no series has observations on both sides of the cut", stage="Evaluated")
        new = means["challenger"]
        if champion is None:
            return "Challenger", ("FirstVersion", f"the first version serves: SMAPE {new:.1f}%")
        old = means["champion"]
        version = self.run["champion"]["version"]
        says = f"SMAPE {new:.1f}% against {old:.1f}% of version {version}"
        if new < old * (1 - self.run["minimumImprovement"] / 100):
            return "Challenger", ("Better", says)
        return "Champion", ("NotBetter", says + ", which is not lower by enough; the champion is fitted to the new data")

    def store(self, entry, grids, cycles, meaning, name):
        """Fits a recipe through the end; the pieces of its artifact, which `entry` describes."""
        models = [model(series, grid, cycles, self.run) for series, grid in grids.items()]
        data = encode(models, {"trainingJob": self.run["trainingJob"]["name"], "meaning": meaning})
        # In the store an object is called by its digest, and its size is the trainer's choice.
        pieces = chunks(data, name, 0, CHUNK) if self.objects else chunks(data, name, self.naming["maximumChunks"])
        entry["series"] = len(models)
        entry["chunks"] = [chunk for chunk, _ in pieces]
        entry["artifactDigest"] = hashlib.sha256(data).hexdigest()
        return pieces


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(64, f"{message}\n")


def main():
    parser = Parser()
    parser.add_argument("command", choices=["train"])
    parser.add_argument("--run", required=True)
    parser.add_argument("--termination-log", required=True)
    arguments = parser.parse_args()
    training, status = None, 0
    try:
        training = Training(arguments.run, os.environ)
        manifest, pieces = training.train()
        try:
            publish(Cluster(), manifest, pieces, training.naming, training.objects)
        except Refused as error:
            full = error.code in (413, 507) or "exceeded quota" in error.message or "space exceeded" in error.message
            raise Failure("RegistryFull" if full else "PublishFailed", error.message, 69) from None
        except NameTaken as error:
            raise Failure("PublishFailed", str(error)) from None
        except StoreFailure as error:
            reason, status = ("StoreUnreachable", 69) if error.mayPass else ("StoreRefused", 65)
            raise Failure(reason, error.message, status) from None
        except OSError as error:
            raise Failure("PublishFailed", f"the cluster cannot be reached: {error}", 69) from None
        report = {"succeeded": True, "reason": manifest["winner"] + "Won", "message": manifest["reason"]}
    except Exception as error:
        if not isinstance(error, Failure):
            traceback.print_exc()
            error = Failure("Failed", f"{type(error).__name__}: {error}", 70)
        report, status = {"succeeded": False, "reason": error.reason, "message": error.message[:1000]}, error.status
        print(f"{error.reason}: {error.message}", file=sys.stderr)
        if training and error.stage:
            training.finish(error.stage, error.reason, error.message[:1000], succeeded=False)
    report["stages"] = training.stages if training else []
    text = json.dumps(report)
    if len(text.encode()) > 4096:
        text = json.dumps({**report, "stages": []})
    pathlib.Path(arguments.termination_log).write_text(text)
    sys.exit(status)


if __name__ == "__main__":
    main()
