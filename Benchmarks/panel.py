#!/usr/bin/env python3
"""Writes a panel of daily series as unique_id,ds,y to standard output: weekly and yearly rhythm, seeded noise.

    ./panel.py --series 11115 --days 942 > /tmp/panel.csv
"""

import argparse
import datetime
import math
import random
import sys

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--series", type=int, default=11_115)
parser.add_argument("--days", type=int, default=942)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()

generator = random.Random(options.seed)
start = datetime.date(2013, 1, 1)
days = [start + datetime.timedelta(days=day) for day in range(options.days)]
stamps = [day.isoformat() for day in days]
week = [1.3, 1.0, 0.95, 0.95, 1.05, 1.1, 0.2]
shape = [
    week[day.weekday()] * (1 + 0.2 * math.sin(2 * math.pi * day.timetuple().tm_yday / 365.25)) for day in days
]
# One draw a value is what takes the time: a table of them, entered at another place by each series.
noise = [generator.gauss(1, 0.08) for _ in range(1 << 16)]

write = sys.stdout.write
write("unique_id,ds,y\n")
for series in range(options.series):
    level = 1000 + generator.random() * 9000
    offset = generator.randrange(len(noise))
    name = f"store_{series:05d}"
    write(
        "".join(
            f"{name},{stamp},{level * factor * noise[(offset + row) & 65535]:.1f}\n"
            for row, (stamp, factor) in enumerate(zip(stamps, shape))
        )
    )
