#!/usr/bin/env bash
# Measures Prophet here and from PyPI in one run: ./prophet.sh [python with prophet installed]
set -euo pipefail
cd "$(dirname "$0")"
python=${1:-python3}
swift build -c release --product prophet-benchmark
bench=.build/release/prophet-benchmark
echo "== one shared grid, two threads"
$bench fleet 11115 2
echo "== each series with its own closed days, two threads"
$bench closed 11115 2
echo "== one 5-minute series"
$bench five-minute
echo "== the peer on 40 of the same series, and the same 40 here, one thread"
$bench csv fleet 40 | "$python" prophet_peer.py
$bench fleet 40 1
$bench csv closed 40 | "$python" prophet_peer.py
$bench closed 40 1
