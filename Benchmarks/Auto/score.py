"""Scores `Auto` on the final windows beside the peers: python score.py DIRECTORY OURS.csv...

OURS hold rows as peers.py writes them. A series whose MASE has no scale is skipped and counted. The best peer is the
one of least mean MASE among those that ran on every series and origin that ours did. Every run of this is a look at
the final windows: count it in docs/benchmarks-auto.md.
"""
import collections, csv, glob, math, sys

peers, ours = collections.defaultdict(dict), collections.defaultdict(dict)
for path in glob.glob(f'{sys.argv[1]}/peers/*.csv'):
    for row in csv.reader(open(path)):
        peers[row[0], row[3]][row[1], row[2]] = row
for path in sys.argv[2:]:
    for row in csv.reader(open(path)):
        if len(row) >= 12 and float(row[4]) > 0:
            ours[row[0]][row[1], row[2]] = row


def mean(rows, column):
    """Mean over origins, then a value a series."""
    series = collections.defaultdict(list)
    for (name, _), row in rows.items():
        series[name].append(float(row[column]))
    return {name: sum(v) / len(v) for name, v in series.items() if all(map(math.isfinite, v))}


average = lambda values: sum(values) / len(values)
everything = []
print('| data (series) | mean MASE, Auto | best single peer | geometric mean of ratios | coverage of 80% (points) | '
      'Winkler, Auto | Winkler, best peer |\n|---|---|---|---|---|---|---|')
for panel, rows in ours.items():
    mine = mean(rows, 7)
    skipped = len({name for name, _ in rows}) - len(mine)
    complete, winkler, partial = {}, {}, []
    for (p, method), found in peers.items():
        if p != panel:
            continue
        common = {key: found[key] for key in rows if key in found}
        if len(common) < len(rows):
            partial.append(f'{method} {len(common)}/{len(rows)}')
            continue
        complete[method] = mean(common, 7)
        winkler[method] = average(mean(common, 9).values())
    best = min(complete, key=lambda m: average([complete[m][s] for s in mine if s in complete[m]]))
    ratios = [math.log(mine[s] / complete[best][s]) for s in mine if mine[s] > 0 and complete[best].get(s, 0) > 0]
    everything += ratios
    points = sum(int(row[4]) for row in rows.values())
    coverage = sum(int(row[4]) * float(row[8]) for row in rows.values()) / points
    sharp = min(winkler, key=winkler.get)
    print(f'| {panel} ({len(mine)}, skipped {skipped}) | {average(mine.values()):.3f} | '
          f'{average(complete[best].values()):.3f} {best} | {math.exp(average(ratios)):.3f} | {coverage:.3f} ({points:,}) | '
          f'{average(mean(rows, 9).values()):.2f} | {winkler[sharp]:.2f} {sharp} |'
          + (f' <!-- incomplete: {", ".join(partial)} -->' if partial else ''))
print(f'\nGeometric mean over {len(everything)} series: {math.exp(average(everything)):.3f}')
