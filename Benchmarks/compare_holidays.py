"""Compares the country holidays by rule with the `holidays` package, year by year.

    swift build -c release --product prophet-benchmark && python compare_holidays.py .build/release/prophet-benchmark [FROM TO]

needs `pip install prophet`. Prints what one has and the other has not. With holidays 0.108 that is nothing but six days of
India (Buddha Purnima 2001 to 2004 and 2009, Mahavira's Birthday 2010), where the package is wrong: ../designs/0003.
"""

import collections
import datetime
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
from prophet.make_holidays import make_holidays_df  # noqa: E402

first, last = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (1975, 2050)
for code in ["BR", "CN", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "US"]:
    lines = subprocess.run(
        [sys.argv[1], "holidays", code, str(first), str(last)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    epoch = datetime.date(1970, 1, 1)
    ours = collections.Counter()
    for line in lines:
        day, name = line.split(",", 1)
        ours[(epoch + datetime.timedelta(int(day)), name)] += 1
    frame = make_holidays_df(list(range(first, last + 1)), code)
    theirs = collections.Counter((ds.date(), name) for ds, name in frame.itertuples(index=False))
    missing = sorted((theirs - ours).elements())
    extra = sorted((ours - theirs).elements())
    print(f"{code}: {sum(ours.values())} days here, {sum(theirs.values())} there, "
          f"{len(missing)} only there, {len(extra)} only here")
    by_name = collections.Counter(name.split(" (substituted")[0] for _, name in missing)
    print("   only there:", dict(by_name.most_common(12)))
    print("   only here: ", [f"{day} {name}" for day, name in extra[:12]])
