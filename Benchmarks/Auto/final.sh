#!/usr/bin/env bash
# Scores Auto on the final windows, once: ./final.sh DIRECTORY [python]. Count every run of it in docs/benchmarks-auto.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
directory=$1 python=${2:-python3}
bench=${BENCH:-}
if [ -z "$bench" ]; then
    (cd "$here/.." && swift build -c release --product auto-benchmark)
    bench=$here/../.build/release/auto-benchmark
fi
mkdir -p "$directory/ours"
while read -r panel horizon season every; do
    "$bench" final "$directory/final/$panel.csv" "$horizon" "$season" 10 "$every" auto > "$directory/ours/$panel.csv"
done <<PANELS
nab_cpu 288 288 1
nab_other 288 288 1
bit_cpu 288 288 1
bit_mem 288 288 1
monthly 12 12 1
daily 30 7 1
etth1 24 24 1
yosemite 288 288 1
rossmann 30 7 ${ROSSMANN_EVERY:-1}
PANELS
"$python" "$here/score.py" "$directory" "$directory"/ours/*.csv
