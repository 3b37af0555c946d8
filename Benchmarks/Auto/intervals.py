"""Compares conformal schemes of `Auto` on the training parts only: python intervals.py DIRECTORY [PANEL...]

Prints, a scheme and panel, the pooled coverage of the 80% interval and the mean Winkler score over the scale of MASE.
"""
import glob, sys
from statistics import NormalDist
import numpy as np
from scipy.stats import t as student
from design import Trials, read
from plan import COMPETITIONS, PANELS


def quantile(errors, weights, p):
    """As Calibration.quantile: each error stands in the middle of its weight."""
    order = errors.argsort()
    e, w = errors[order], weights[order]
    return np.interp(p, (w.cumsum() - w / 2) / w.sum(), e)


def held_out(task):
    """Cross-fitted errors, a row a cut, what was forecast there, and the forecast of the future."""
    t = Trials(task)
    views, forecast, folds = t.views(), np.zeros(len(t.held)), min(4, t.cuts)
    for fold in range(folds):
        cuts = slice(fold * t.cuts // folds, (fold + 1) * t.cuts // folds)
        held = slice(cuts.start * t.length, cuts.stop * t.length)
        others = np.ones(t.cuts)
        if folds > 1:
            others[cuts] = 0
        forecast[held] = t.mean_shares([view * others for view in views]) @ t.all[:, held]
    shaped = (t.cuts, t.length)
    return (t.held - forecast).reshape(shaped), forecast.reshape(shaped), t.mean_shares(views) @ t.future


def places(errors, w, cuts, season, ahead):
    """How large errors are at each place in the season, at each point of the windows and after the end; as Calibration+Places.swift."""
    length = errors.shape[1]
    place = (np.array(cuts)[:, None] + np.arange(length)) % season
    seen = ~np.isnan(errors)
    weights, sizes = w[:, None] * seen, np.abs(np.nan_to_num(errors))
    usual = (weights * sizes).sum() / weights.sum()
    size = np.array([((weights * sizes)[place == j].sum() + 10 * usual) / (weights[place == j].sum() + 10) for j in range(season)])
    size = size / usual if usual > 0 else np.ones(season)
    return size[place], size[(cuts[-1] + length + np.arange(ahead)) % season]


def bounds(errors, w, width, reach=.1, size=0.):
    """The quantiles of the errors near each lead; with `size`, of all errors over what is usual at their lead to that power."""
    length, lower, upper = errors.shape[1], np.zeros(errors.shape[1]), np.zeros(errors.shape[1])
    reach, seen = max(2, int(length * reach)), ~np.isnan(errors)
    weights = np.broadcast_to(w[:, None], errors.shape)
    both = [.5 - width / 2, .5 + width / 2]
    if size:
        near = [slice(max(0, lead - reach), lead + reach + 1) for lead in range(length)]
        usual = np.array([(np.nan_to_num(np.abs(errors[:, n])) * weights[:, n]).sum() /
                          max((seen[:, n] * weights[:, n]).sum(), 1e-12) for n in near])
        usual = np.maximum(usual, .05 * usual.mean() + 1e-12) ** size
        low, high = quantile((errors / usual)[seen], weights[seen], both)
        return np.minimum(low * usual, 0), np.maximum(high * usual, 0)
    each = max(1, length // 48)
    for lead in range(0, length, each):
        window = slice(max(0, lead - reach), lead + reach + 1)
        pool, share, known = errors[:, window], weights[:, window], seen[:, window]
        if known.any():
            lower[lead:lead + each], upper[lead:lead + each] = quantile(pool[known], share[known], both)
    return np.minimum(lower, 0), np.maximum(upper, 0)


def likeness(forecast, future, breadth=.5, least=.1):
    """How near the level that was forecast at each cut is to the one that is forecast now; as Calibration+Likeness.swift."""
    level = forecast.mean(1)
    distance = (level - future[:forecast.shape[1]].mean()) / (level.std() + 1e-9 * np.abs(forecast).max() + 1e-12)
    return least + (1 - least) * np.exp(-.5 * (distance / breadth) ** 2)


def levelled(errors, forecast, future, w, usual, ridge=.5, most=3.):
    """Errors brought to the level that is forecast now; as Calibration+Levels.swift."""
    level, now = forecast.mean(1), future[:forecast.shape[1]].mean()
    if not (level > 0).all() or not now > 0 or np.nanmin(forecast + errors) < 0:
        return errors
    size, power = np.nan_to_num(np.nanmean(np.abs(errors), 1)), usual
    known = size > 0
    if known.sum() >= 3:
        v, x, y = w[known], np.log(level[known]), np.log(size[known])
        x, y = x - np.average(x, weights=v), y - np.average(y, weights=v)
        power = np.clip(((v * x * y).sum() + ridge * usual) / ((v * x * x).sum() + ridge), 0, 1)
    return errors * np.clip(now / level, 1 / most, most)[:, None] ** power


def interval(errors, forecast, future, half=10., dependence=.75, recent=0., leave_out=False, mean=False, symmetric=0., normal=0.,
             place=None, level=0., breadth=.5, horizons=0., sizes=None, alike=0., **form):
    cuts, length = errors.shape
    w = 0.5 ** ((cuts - 1 - np.arange(cuts)) / half)
    if sizes is not None:
        errors = levelled(errors, forecast, future, w, sizes)
    ahead = np.ones(len(future))
    if place and place[1] < length:
        size, ahead = places(errors, w, *place, len(future))
        errors = errors / size
    independent = w.sum() ** 2 / (w ** 2).sum()
    if horizons:
        # As ComparableErrors.swift: windows that overlap count in part, errors that are alike within one count once.
        rows = (~np.isnan(errors)).any(1)
        between, every = np.nanmean(errors[rows], 1) ** 2, np.nanmean(errors[rows] ** 2, 1)
        correlation = (w[rows] * between).sum() / max((w[rows] * every).sum(), 1e-30)
        independent = max(1., independent * min(1, horizons / cuts) / max(correlation, 1e-9))
    width = min(1, .8 * (1 + dependence / independent))
    if recent:
        # How large errors are now, by those of the last cuts; each cut's errors are brought to that size.
        each = np.nanmedian(np.abs(errors), 1)
        each = np.maximum(np.nan_to_num(each, nan=np.nanmedian(each)), .05 * np.nanmedian(each) + 1e-12)
        now = np.exp(np.average(np.log(each), weights=0.5 ** ((cuts - 1 - np.arange(cuts)) / 2)))
        errors = errors * (now / each).clip(.2, 5)[:, None] ** recent
    if leave_out and cuts >= 4:
        # The width at which the bounds from the other cuts cover 80% of a cut.
        widths, covered = [.6, .7, .76, .8, .84, .88, .92, .96], []
        for wide in widths:
            shares = []
            for cut in range(cuts):
                low, high = bounds(np.delete(errors, cut, 0), np.delete(w, cut), wide, **form)
                seen = ~np.isnan(errors[cut])
                shares.append(((errors[cut] >= low) & (errors[cut] <= high))[seen].mean() if seen.any() else np.nan)
            known = ~np.isnan(shares)
            covered.append(np.average(np.array(shares)[known], weights=w[known]))
        width = float(np.interp(.8, np.maximum.accumulate(np.array(covered) + 1e-6 * np.arange(len(widths))), widths))
    lower, upper = bounds(errors, w, width, **form)
    if mean:
        low, high = bounds(errors, w, width, size=1.)
        lower, upper = (lower + low) / 2, (upper + high) / 2
    if symmetric:
        low, high = bounds(np.concatenate([errors, -errors]), np.concatenate([w, w]), width)
        lower, upper = lower + symmetric * (low - lower), upper + symmetric * (high - upper)
    if normal:
        # The bound of normal errors of that mean size.
        seen = ~np.isnan(errors)
        size = (np.abs(np.nan_to_num(errors)) * w[:, None]).sum() / (seen * w[:, None]).sum()
        bound = NormalDist().inv_cdf(.5 + min(width, .995) / 2) * (np.pi / 2) ** .5 * size
        lower, upper = lower + normal * (-bound - lower), upper + normal * (bound - upper)
    if level:
        # So much of the bound from cuts that count more where their level is the present one.
        near = w * likeness(forecast, future, breadth)
        low, high = bounds(errors, near, width, **form)
        lower, upper = lower + level * (low - lower), upper + level * (high - upper)
    if alike:
        # So much of the bound of both signs taken alike, as much wider as Student's t is than the normal distribution.
        low, high = bounds(np.concatenate([np.abs(errors), -np.abs(errors)]), np.concatenate([w, w]), .8, **form)
        wider = student.ppf(.9, independent) / student.ppf(.9, 1e9)
        share = alike / (alike + independent)
        lower, upper = lower + share * (wider * low - lower), upper + share * (wider * high - upper)
    last = lambda row: np.append(row, np.full(max(0, len(future) - length), row[-1]))[:len(future)]
    return last(lower) * ahead + future, last(upper) * ahead + future


# `placed` schemes know the place in the season; `today` is one of them where windows are longer than that.
SCHEMES = {
    'today': dict(placed=True, level=.5, dependence=.8, evidence=True, sizes=.5, alike=8.),
    'as many errors as cuts': dict(placed=True, level=.5, dependence=.6), 'signs apart': dict(placed=True, level=.5, dependence=.8, evidence=True, sizes=.5),
    'sizes as they are': dict(placed=True, level=.5, dependence=.8, evidence=True, alike=8.),
    'no level': dict(placed=True), 'no places': {},
    'places, half normal': dict(placed=True, normal=.5),
    'places, half symmetric': dict(placed=True, symmetric=.5), 'dependence .4': dict(dependence=.4), 'half 20': dict(half=20), 'size': dict(size=1.),
    'size .7': dict(size=.7), 'mean with size': dict(mean=True), 'leave out': dict(leave_out=True),
    'recent .3': dict(recent=.3), 'all leads': dict(reach=1),
}
if __name__ == '__main__':
    for path in sorted(glob.glob(f'{sys.argv[1]}/trials/*.bin')):
        panel = path.split('/')[-1][:-4]
        if sys.argv[2:] and panel not in sys.argv[2:]:
            continue
        found, peers = {name: [] for name in SCHEMES}, {}
        for task in read(path):
            if not task['cuts'] or not task['names']:
                continue
            errors, forecast, future = held_out(task)
            y = task['actual']
            seen = ~np.isnan(y)
            for name, scheme in SCHEMES.items():
                scheme = dict(scheme)
                known = {**PANELS, **COMPETITIONS}.get(panel)
                season = known[1][0] if scheme.pop('placed', False) and known and 1 < known[1][0] <= 48 else 0
                if scheme.pop('evidence', False):
                    stride = task['cuts'][1] - task['cuts'][0] if len(task['cuts']) > 1 else task['length']
                    scheme['horizons'] = 1 + (len(task['cuts']) - 1) * stride / task['length']
                lower, upper = interval(errors, forecast, future, place=(task['cuts'], season) if season else None, **scheme)
                if np.nanmin(task['held']) >= 0:
                    lower = np.maximum(lower, 0)
                score = upper - lower + 10 * np.maximum(lower - y, 0) + 10 * np.maximum(y - upper, 0)
                found[name].append((((y >= lower) & (y <= upper))[seen].sum(), seen.sum(), score[seen].mean()))
        print(panel, ' | '.join(
            f'{name} {sum(r[0] for r in rows) / sum(r[1] for r in rows):.3f} {np.mean([r[2] for r in rows]):.3f}'
            for name, rows in found.items()), flush=True)
