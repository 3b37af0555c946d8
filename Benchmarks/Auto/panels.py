"""Makes the panels of the comparison: rows `unique_id,seconds since 1970,y`, in order of time; y is empty where missing.

    DATA=../../shared/data python panels.py DIRECTORY

DIRECTORY/final/*.csv holds whole series. DIRECTORY/training/*.csv ends before the first of the ten final origins: it is
all that the choice of Auto's design may see (design.py never opens `final`). With NAB and M4 set to clones of
numenta/NAB and Mcompetitions/M4-methods (bare ones do), DIRECTORY/training also gets families that the final
comparison does not hold: Twitter volumes, other machine metrics, advertising costs and M4's hourly series.
"""
import csv, datetime as dt, io, os, subprocess, sys
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
if m4 := os.environ.get('M4'):
    series = {}
    for number, row in enumerate(csv.reader(io.StringIO(show(m4, 'Dataset/Train/Hourly-train.csv')))):
        if number % 12 == 1:
            values = [value for value in row[1:] if value]
            series[row[0]] = [(1_420_070_400 + 3_600 * hour, value) for hour, value in enumerate(values)]
    write(f'{out}/training/x_m4.csv', series)
