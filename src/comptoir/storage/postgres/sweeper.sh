#!/bin/sh
# Waits until nobody uses the embedded server any more; see sweeper.py.
# Arguments: the shared folder, the server's pid file, a Python, the data folder.
desk=$1 pid_file=$2 python=$3 data_dir=$4

# One sweeper a server: a second one waits a moment for the first to leave, then gives up.
exec 9>>"$desk/sweeper.lock"
flock -w 10 9 || exit 0

while flock "$desk/sweep.lock" true; do
    [ -e "$pid_file" ] || exit 0 # stopped in good order
    "$python" -c '
import pathlib, sys
from comptoir.storage.postgres.sweeper import sweep
sys.exit(0 if sweep(pathlib.Path(sys.argv[1])) else 3)
' "$data_dir"
    [ $? -eq 3 ] || exit 0 # 3: someone has come back
done
