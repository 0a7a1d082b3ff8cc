# Stops the test cluster in folder $1 when no test has used it for a while. Each test process holds a shared lock on
# `users`; while we hold the exclusive one, whoever comes waits, and then starts a new cluster.
cd /
exec 8>"$1/keeper" 9>>"$1/users"
flock --nonblock 8 || exit 0
quiet=0
while [ "$quiet" -lt 8 ]; do
    sleep 2
    if flock --nonblock 9; then
        quiet=$((quiet + 1))
        [ "$quiet" -eq 8 ] || flock --unlock 9
    else
        quiet=0
    fi
done
pid=$(head -n 1 "$1/cluster/postgres/data/postmaster.pid") && kill -QUIT "$pid"
while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
rm -rf "$1/cluster"
