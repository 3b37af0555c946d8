"""Compares designs of `Auto` on the training parts only: DIRECTORY/trials/*.bin, which `design.sh` makes.

    python design.py DIRECTORY

Prints, a design, the geometric mean over series of its MASE over that of the panel's best single peer, by panel, over
the panels of the comparison and over the families that it does not hold (x_).
"""
import collections, glob, json, sys
import numpy as np

PEERS = ['Naive', 'SeasonalNaive', 'Theta', 'Prophet', 'MSTL', 'ETS']


def read(path):
    data, at = open(path, 'rb').read(), 0
    while at < len(data):
        end = data.index(b'\n', at)
        head, at = json.loads(data[at:end]), end + 1

        def take(rows, count):
            nonlocal at
            part = np.frombuffer(data, np.float32, rows * count, at).reshape(rows, count).astype(float)
            at += 4 * rows * count
            return part
        held, count = len(head['cuts']) * head['length'], len(head['names'])
        head['held'] = take(1, held)[0]
        head['forecasts'] = take(count, held)
        head['actual'] = take(1, head['steps'])[0]
        head['future'] = take(count, head['steps'])
        peers = take(len(head['peers']), 3 * head['steps'])
        head['peer'] = {name: row[:head['steps']] for name, row in zip(head['peers'], peers)}
        yield head


def shares(F, y, w, rounds, stop=1e-3, start=None):
    """Ensemble selection, as in EnsembleSelection.swift."""
    picks, total, best, taken = np.zeros(len(F)), np.zeros(len(y)), np.inf, 0
    if start is not None:
        picks[start] += 1
        total, taken = F[start].sum(0), len(start)
        best = (w * np.abs(y - total / taken)).sum()
    for _ in range(rounds):
        loss = (np.abs(y - (total + F) / (taken + 1)) * w).sum(1)
        k = loss.argmin()
        if not loss[k] < best * (1 - stop):
            break
        best, taken, total = loss[k], taken + 1, total + F[k]
        picks[k] += 1
    return picks / max(1, picks.sum())


def design(task, keep, half=10., rounds=12, relative=0., shrink=0., top=0, median=False, start=0):
    index = np.array([i for i, name in enumerate(task['names']) if keep(name)])
    cuts, length = len(task['cuts']), task['length']
    weight = np.repeat(0.5 ** ((cuts - 1 - np.arange(cuts)) / half), length)
    seen = ~np.isnan(task['held'])
    F, y = task['forecasts'][index], task['held']
    E = np.abs(F - np.nan_to_num(y))
    E[:, ~seen] = 0
    if relative:
        typical = np.median(E.reshape(len(F), cuts, length).sum(2), 0)
        scale = np.maximum(typical, 0.05 * np.median(typical) + 1e-12) ** relative
        weight = weight * np.repeat(1 / scale, length)
    order = (E * weight).sum(1).argsort()
    first = order[:start] if start else None
    s = shares(F[:, seen], y[seen], weight[seen], rounds, start=first)
    if shrink:
        equal = np.zeros(len(F))
        equal[order[:top]] = 1 / min(top, len(F))
        s = (1 - shrink) * s + shrink * equal
    future = task['future'][index]
    if median:
        used = s > 0
        return np.median(future[used], 0)
    return s @ future


old = lambda name: not any(x in name for x in ('blur', 'averages', 'cycles [3]'))
blur = lambda name: not any(x in name for x in ('averages', 'cycles [3]'))
means = lambda name: 'blur' not in name
catalogue = lambda name: not name.startswith('Profile')
everything = lambda name: True
DESIGNS = {
    'today': dict(keep=old), 'all': dict(keep=everything), 'blur': dict(keep=blur), 'means': dict(keep=means),
    'half 5': dict(keep=blur, half=5), 'half 20': dict(keep=blur, half=20), 'half inf': dict(keep=blur, half=1e9),
    'relative .5': dict(keep=blur, relative=.5), 'relative 1': dict(keep=blur, relative=1),
    'rounds 5': dict(keep=blur, rounds=5), 'rounds 25': dict(keep=blur, rounds=25), 'start 3': dict(keep=blur, start=3),
    'start 5': dict(keep=blur, start=5), 'median': dict(keep=blur, median=True),
    'shrink .3 top 5': dict(keep=blur, shrink=.3, top=5), 'shrink .5 top 10': dict(keep=blur, shrink=.5, top=10),
    'top 10 alone': dict(keep=blur, shrink=1, top=10),
    'all half inf': dict(keep=everything, half=1e9), 'all shrink .5 top 10': dict(keep=everything, shrink=.5, top=10),
    'today shrink .5 top 10': dict(keep=old, shrink=.5, top=10),
}
if __name__ == '__main__':
    wanted = sys.argv[2:] or DESIGNS
    panels, errors = [], collections.defaultdict(lambda: collections.defaultdict(list))
    for path in sorted(glob.glob(f'{sys.argv[1]}/trials/*.bin')):
        panel = path.split('/')[-1][:-4]
        panels.append(panel)
        for task in read(path):
            if not task['cuts'] or not task['names']:
                continue
            seen = ~np.isnan(task['actual'])
            floor = 0 if np.nanmin(task['held']) >= 0 else -np.inf
            score = lambda f: np.abs(np.maximum(f, floor) - task['actual'])[seen].mean()
            for name in PEERS:
                f = task['peer'].get(name, task['peer']['SeasonalNaive'])
                if name in task['peer'] or name != 'ETS':
                    errors[panel, name][task['id']].append(np.abs(f - task['actual'])[seen].mean())
            for name in wanted:
                errors[panel, name][task['id']].append(score(design(task, **DESIGNS[name])))
    mean = {key: {k: np.mean(v) for k, v in value.items()} for key, value in errors.items()}
    print(f'{"":26}' + ' '.join(f'{p[:8]:>8}' for p in panels) + '    inside   outside')
    best = {}
    for p in panels:
        # A peer that was left out of some origins, because it is slow, is not compared on the others.
        full = sum(map(len, errors[p, 'Naive'].values()))
        best[p] = min((n for n in PEERS if sum(map(len, errors[p, n].values())) == full), key=lambda n: np.mean(list(mean[p, n].values())))
    print(f'{"best peer":26}' + ' '.join(f'{best[p][:8]:>8}' for p in panels))
    for name in wanted:
        logs = {p: [np.log(max(v, 1e-6) / max(mean[p, best[p]][k], 1e-6)) for k, v in mean[p, name].items()] for p in panels}
        inside = np.concatenate([logs[p] for p in panels if not p.startswith('x_')])
        outside = np.concatenate([logs[p] for p in panels if p.startswith('x_')] or [[0]])
        print(f'{name:26}' + ' '.join(f'{np.exp(np.mean(logs[p])):8.3f}' for p in panels) +
              f'  {np.exp(inside.mean()):8.4f}  {np.exp(outside.mean()):8.4f}')
