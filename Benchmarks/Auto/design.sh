#!/usr/bin/env bash
# Chooses Auto's design on the training parts alone: ./design.sh DIRECTORY [python with numpy]
# DIRECTORY holds what panels.py made; `final` in it is not opened.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
directory=$1 python=${2:-python3}
(cd "$here/.." && swift build -c release --product auto-benchmark)
bench=$here/../.build/release/auto-benchmark
mkdir -p "$directory/trials"
# Panel, horizon, season of MASE, most origins inside the training part, every how many series.
while read -r panel horizon season origins every; do
    [ -f "$directory/training/$panel.csv" ] || continue
    "$bench" trials "$directory/training/$panel.csv" "$directory/trials/$panel.bin" "$horizon" "$season" "$origins" "$every"
done <<PANELS
nab_cpu 288 288 10 1
nab_other 288 288 10 1
bit_cpu 288 288 8 1
bit_mem 288 288 8 1
yosemite 288 288 12 1
rossmann 30 7 5 2
daily 30 7 10 1
monthly 12 12 10 1
etth1 24 24 10 1
x_tweets 288 288 6 1
x_machines 288 288 4 1
x_ads 24 24 8 1
x_m4 24 24 5 1
x_july 288 288 6 2
x_july_memory 288 288 6 2
x_september 288 288 6 2
x_etth2 24 24 10 2
x_town 144 144 8 2
x_days 30 7 5 1
x_nn5 30 7 5 3
$(cd "$here" && "$python" -c 'import plan
for panel, (horizon, seasons, origins) in plan.COMPETITIONS.items(): print(panel, horizon, seasons[0], origins, 1)')
PANELS
"$python" "$here/design.py" "$directory"
"$python" "$here/intervals.py" "$directory"
