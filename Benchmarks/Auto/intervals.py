"""Compares conformal schemes of `Auto` on the training parts only: python intervals.py DIRECTORY [PANEL...]

Prints, a scheme and panel, the pooled coverage of the 80% interval and the mean Winkler score over the scale of MASE.
"""
import glob, sys
import numpy as np
from design import Trials, read


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


def interval(errors, forecast, future, half=10., dependence=.75, reach=.1, level=0., size=0.):
    cuts, length = errors.shape
    w = 0.5 ** ((cuts - 1 - np.arange(cuts)) / half)
    width = min(1, .8 * (1 + dependence * (w ** 2).sum() / w.sum() ** 2))
    factor = np.ones(cuts)
    if level:
        base = np.abs(forecast).mean(1)
        factor = (np.abs(future).mean() / np.maximum(base, 1e-3 * base.max() + 1e-12)).clip(.2, 5) ** level
    if size:
        # How large errors are now, by those of the last cuts, each cut's errors brought to that size.
        each = np.nanmedian(np.abs(errors), 1)
        each = np.maximum(np.nan_to_num(each, nan=np.nanmedian(each)), .05 * np.nanmedian(each) + 1e-12)
        now = np.exp(np.average(np.log(each), weights=0.5 ** ((cuts - 1 - np.arange(cuts)) / 2)))
        factor = factor * (now / each).clip(.2, 5) ** size
    scaled, lower, upper = errors * factor[:, None], np.zeros(len(future)), np.zeros(len(future))
    for lead in range(len(future)):
        if lead >= length:
            lower[lead], upper[lead] = lower[lead - 1], upper[lead - 1]
            continue
        if lead % max(1, length // 48) and lead:
            lower[lead], upper[lead] = lower[lead - 1], upper[lead - 1]
            continue
        window = slice(max(0, lead - max(2, int(length * reach))), lead + max(2, int(length * reach)) + 1)
        pool, weights = scaled[:, window].ravel(), np.repeat(w, scaled[:, window].shape[1])
        seen = ~np.isnan(pool)
        if not seen.any():
            continue
        lower[lead], upper[lead] = quantile(pool[seen], weights[seen], [.5 - width / 2, .5 + width / 2])
    return np.minimum(lower, 0) + future, np.maximum(upper, 0) + future


SCHEMES = {
    'today': {}, 'half 5': dict(half=5), 'half 20': dict(half=20), 'dependence 0': dict(dependence=0),
    'dependence .4': dict(dependence=.4), 'dependence 1': dict(dependence=1), 'reach .25': dict(reach=.25),
    'reach 1': dict(reach=1), 'level .5': dict(level=.5), 'level 1': dict(level=1), 'size .5': dict(size=.5),
    'size .3': dict(size=.3), 'reach 1 half 20': dict(reach=1, half=20),
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
                lower, upper = interval(errors, forecast, future, **scheme)
                if np.nanmin(task['held']) >= 0:
                    lower = np.maximum(lower, 0)
                score = upper - lower + 10 * np.maximum(lower - y, 0) + 10 * np.maximum(y - upper, 0)
                found[name].append((((y >= lower) & (y <= upper))[seen].sum(), seen.sum(), score[seen].mean()))
        print(panel, ' | '.join(
            f'{name} {sum(r[0] for r in rows) / sum(r[1] for r in rows):.3f} {np.mean([r[2] for r in rows]):.3f}'
            for name, rows in found.items()), flush=True)
