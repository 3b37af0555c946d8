"""Compares designs of `Auto` on the training parts only: DIRECTORY/trials/*.bin, which `design.sh` makes.

    python design.py DIRECTORY [DESIGN...]

Prints, a design, the geometric mean over series of its MASE over that of the panel's best single peer: by panel, over
the panels of the comparison, over the families that it does not hold (x_) and over panels; the worst panel; and by how
much it differs from the first design over all series, with the standard error of that. A difference of less than two
standard errors is chance.
"""
import collections, glob, json, re, sys
import numpy as np
from plan import LONG_STEPS

PEERS = ['Naive', 'SeasonalNaive', 'Theta', 'Prophet', 'MSTL', 'ETS']


def read(path):
    data, at = np.memmap(path, np.uint8, 'r'), 0
    panel = path.split('/')[-1][:-4]
    while at < len(data):
        end = at + bytes(data[at:at + 500_000]).index(b'\n')
        head, at = json.loads(bytes(data[at:end])), end + 1

        def take(rows, count):
            nonlocal at
            part = np.frombuffer(data[at:at + 4 * rows * count].tobytes(), np.float32).reshape(rows, count)
            at += 4 * rows * count
            return part
        head['long'] = panel in LONG_STEPS
        held, count = len(head['cuts']) * head['length'], len(head['names'])
        head['held'] = take(1, held)[0]
        head['forecasts'] = take(count, held)
        head['actual'] = take(1, head['steps'])[0]
        head['future'] = take(count, head['steps'])
        peers = take(len(head['peers']), 3 * head['steps'])
        head['peer'] = {name: row[:head['steps']] for name, row in zip(head['peers'], peers)}
        yield head


def shape(name):
    return {k: int(v) for k, v in re.findall(r'(\w+) \[(\d+)\]', name)} if name.startswith('Profile') else None


def narrow(name):
    """The library without the profiles whose level fades within a 24th of the season or a whole one."""
    p = shape(name)
    return not p or p.get('fade', 0) in (0, max(1, p.get('season', 1) // 4))


class Trials:
    """One origin's trials, of the candidates that `keep` lets pass; only observed points of the held-out parts."""

    def __init__(self, task, keep=lambda name: True):
        index = [i for i, name in enumerate(task['names']) if keep(name) and np.isfinite(task['future'][i]).all()]
        self.names = [task['names'][i] for i in index]
        self.all, self.future, self.held = task['forecasts'][index], task['future'][index], task['held']
        self.cuts, self.length = len(task['cuts']), task['length']
        self.cut = np.repeat(np.arange(self.cuts), self.length)
        self.seen = ~np.isnan(self.held)
        self.F, self.y = np.ascontiguousarray(self.all[:, self.seen]), self.held[self.seen]
        # How many horizons were held out, overlapping ones counted in part.
        stride = task['cuts'][1] - task['cuts'][0] if self.cuts > 1 else self.length
        self.horizons, self.long = 1 + (self.cuts - 1) * stride / self.length, task['long']
        # How many steps lie between each cut and the end.
        self.back = task['cuts'][-1] + self.length - np.array(task['cuts'])

    def recent(self, half=10.):
        return 0.5 ** ((self.cuts - 1 - np.arange(self.cuts)) / half)

    def shares(self, cuts, rounds=12, stop=1e-3):
        """Ensemble selection, as in EnsembleSelection.swift; `cuts` is what each cut counts."""
        weight = cuts[self.cut[self.seen]].astype(np.float32)
        use = weight > 0
        if not use.any():
            return np.eye(len(self.F))[0]
        F, y, weight = (self.F, self.y, weight) if use.all() else (self.F[:, use], self.y[use], weight[use])
        picks, total, best, taken = np.zeros(len(F)), np.zeros(len(y), np.float32), np.inf, 0
        for _ in range(rounds):
            part = np.float32(1 / (taken + 1))
            loss = np.abs(F * part + (total * part - y)) @ weight
            k = int(loss.argmin())
            if not loss[k] < best * (1 - stop):
                break
            best, taken, total = loss[k], taken + 1, total + F[k]
            picks[k] += 1
        return picks / max(1, picks.sum())

    def first(self, *tests):
        shapes = [shape(name) for name in self.names]
        return next((i for test in tests for i, p in enumerate(shapes) if p and test(p)), None)

    def alike(self, breadth=.5, least=.1):
        """How alike each cut is to the present, in how far the level has moved away from the latest seasons."""
        plain = lambda p, n: p['cycles'] == n and p['season'] > 1 and 'window' not in p and 'blur' not in p
        level = self.first(lambda p: p['season'] == 1 and p['cycles'] == 12, lambda p: p['season'] == 1)
        usual = self.first(lambda p: plain(p, 4), lambda p: plain(p, 1))
        if level is None or usual is None:
            return np.ones(self.cuts)
        past = np.abs(self.all[level] - self.all[usual]).reshape(self.cuts, self.length).mean(1)
        now = np.abs(self.future[level] - self.future[usual])
        now = np.pad(now, (0, max(0, self.length - len(now))), mode='edge')[:self.length].mean()
        every = np.append(past, now)
        if not every.max() > 0:
            return np.ones(self.cuts)
        logs = np.log(every + .05 * np.median(every) + 1e-9 * every.max())
        distance = (logs[:-1] - logs[-1]) / (logs[:-1].std() + 1e-9)
        return least + (1 - least) * np.exp(-.5 * (distance / breadth) ** 2)

    def week(self, times=3.):
        seasons = {(shape(name) or {}).get('season', 1) for name in self.names}
        week = next((w for w, day in ((2016, 288), (168, 24), (7, 7)) if {w, day} & seasons), None)
        return np.where(self.back % week == 0, times, 1.) if week else np.ones(self.cuts)

    def views(self, halves=(3., 10., 20.)):
        """As CutViews.weights."""
        return [self.recent(half) * self.week() for half in halves]

    def present(self):
        """The views of before 22 November 2026."""
        recent = self.recent()
        return [recent, recent * self.alike(), recent * self.week()]

    def mean_shares(self, views, rounds=12, enough=3.):
        """The mean of what each view chooses, and what CataloguePrior.swift blends into it; none with `enough` 0."""
        chosen = sum(self.shares(view, rounds) for view in views) / len(views)
        catalogue = np.array([not name.startswith(('Profile', 'NearestNeighbors')) for name in self.names], float)
        share = enough ** 2 / (enough ** 2 + self.horizons ** 2) if self.long and catalogue.any() else 0
        return (1 - share) * chosen + share * catalogue / max(1, catalogue.sum())


def bootstrap(t, count):
    random = np.random.default_rng(1)
    return [t.recent() * random.gamma(1., 1., t.cuts) for _ in range(count)]


everything = lambda name: True
no_neighbors = lambda name: not name.startswith('NearestNeighbors')
# A design: which candidates, and the views whose selections are averaged; with `enough` what the mean of the catalogue counts.
DESIGNS = {
    'three half-lives': (everything, lambda t: t.views()), 'no mean': (everything, lambda t: t.views(), 0.),
    'more of the mean': (everything, lambda t: t.views(), 4.), 'less of it': (everything, lambda t: t.views(), 2.), 'present state': (everything, lambda t: t.present()),
    'recent, week': (everything, lambda t: t.present()[::2]), 'half-life 10': (everything, lambda t: t.views([10.])),
    'half-lives 3, 20': (everything, lambda t: t.views([3., 20.])), 'half-lives 2, 5, inf': (everything, lambda t: t.views([2., 5., 1e9])),
    'bootstrap of 8': (everything, lambda t: bootstrap(t, 8)), 'narrow': (narrow, lambda t: t.views()),
    'no neighbors': (no_neighbors, lambda t: t.views()), 'days alike': (lambda name: 'days [' not in name, lambda t: t.views()),
}
if __name__ == '__main__':
    wanted = sys.argv[2:] or list(DESIGNS)
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
            kept = {}
            for name in wanted:
                keep, views, *enough = DESIGNS[name]
                t = kept.setdefault(keep, Trials(task, keep))
                errors[panel, name][task['id']].append(score(t.mean_shares(views(t), 12, *enough) @ t.future))
    mean = {key: {k: max(np.mean(v), 1e-6) for k, v in value.items()} for key, value in errors.items()}
    best = {}
    for p in panels:
        # A peer that was left out of some origins, because it is slow, is not compared on the others.
        full = sum(map(len, errors[p, 'Naive'].values()))
        best[p] = min((n for n in PEERS if sum(map(len, errors[p, n].values())) == full), key=lambda n: np.mean(list(mean[p, n].values())))
    print(f'{"":24}' + ' '.join(f'{p[:8]:>8}' for p in panels) + '   inside  outside  panels   worst  difference')
    print(f'{"best peer":24}' + ' '.join(f'{best[p][:8]:>8}' for p in panels))
    for name in wanted:
        logs = {p: [np.log(v / mean[p, best[p]][k]) for k, v in mean[p, name].items()] for p in panels}
        moved = np.array([np.log(v / mean[p, wanted[0]][k]) for p in panels for k, v in mean[p, name].items()])
        over = lambda chosen: np.exp(np.concatenate([logs[p] for p in chosen] or [[0]]).mean())
        by = [np.exp(np.mean(logs[p])) for p in panels]
        print(f'{name:24}' + ' '.join(f'{v:8.3f}' for v in by) +
              f'  {over([p for p in panels if p[:2] != "x_"]):7.4f}  {over([p for p in panels if p[:2] == "x_"]):7.4f}'
              f' {np.exp(np.mean(np.log(by))):7.4f} {max(by):7.3f}  {100 * moved.mean():+.2f}% ± {100 * moved.std() / len(moved) ** .5:.2f}')
