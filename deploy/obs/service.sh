#!/bin/bash
# service.sh start FOLDER [WORKERS]: an Open Build Service on this machine, from the packages obs-server and obs-build:
# source server, repository server, scheduler, dispatcher, publisher, warden and WORKERS workers (2). All its files are
# in FOLDER; nothing of the machine's own configuration is used or changed.
# service.sh worker FOLDER NUMBER: starts one worker (again).
# service.sh stop FOLDER, service.sh status FOLDER
# KIWI_OBS_PORT: the first of the ports it uses (5350): +0 source server, +1 repository server, +10... workers.
# KIWI_OBS_CODE: the code of the servers, where the package is unpacked and not installed.
# KIWI_OBS_USER: as whom root runs the servers (obsrun, else nobody). Workers are root as they use chroot.
set -euo pipefail
usage='usage: service.sh start|stop|status|worker FOLDER [NUMBER]'
action=${1:?$usage}
mkdir -p "${2:?$usage}"
site=$(realpath "$2")
code=${KIWI_OBS_CODE:-/usr/lib/obs/server}
port=${KIWI_OBS_PORT:-5350}
[ ! -f "$site/port" ] || port=$(cat "$site/port")
user=
if [ "$(id -u)" -eq 0 ]; then
    user=${KIWI_OBS_USER:-$(getent passwd obsrun nobody | head -n 1 | cut -d: -f1)}
fi

# run NAME COMMAND...: starts a program in a session of its own, its output goes to log/NAME.log.
run() {
    local name=$1
    shift
    if running "$name"; then return; fi
    setsid "$@" >>"$site/log/$name.log" 2>&1 </dev/null &
    echo "$!" >"$site/pids/$name"
}
running() { [ -f "$site/pids/$1" ] && kill -0 "$(cat "$site/pids/$1")" 2>/dev/null; }

# answers PORT: waits for a server.
answers() {
    for _ in $(seq 60); do
        ! curl --noproxy '*' -fsS -o "$site/run/answer" "http://127.0.0.1:$1/" 2>/dev/null || return 0
        sleep 0.5
    done
    echo "service: nothing answers at port $1; see $site/log" >&2
    exit 1
}

configure() {
    mkdir -p "$site"/{bs,log,run,pids,workers}
    echo "$port" >"$site/port"
    # The servers read BSConfig.pm beside themselves.
    rm -rf "$site/server"
    cp -r "$code" "$site/server"
    rm -f "$site/server/build" "$site/server/BSConfig.pm"
    ln -s /usr/lib/obs-build "$site/server/build"
    cat >"$site/server/BSConfig.pm" <<END
package BSConfig;
# Who may do what, by address: this machine everything.
our \$ipaccess = { '127\\..*' => 'rw,worker' };
our \$srcserver = 'http://127.0.0.1:$port';
our \$reposerver = 'http://127.0.0.1:$((port + 1))';
our \$repodownload = 'http://127.0.0.1/repositories';
our \$obsname = 'local';
our \$bsdir = '$site/bs';
our \$rundir = '$site/run';
our \$logdir = '$site/log';
our \$bsuser = '$user' || undef;
our \$bsgroup = '${user:+$(id -gn "$user")}' || undef;
our \$packtrack = [];
our \$relsync_pool = { 'local' => 'local', 'x86_64' => 'x86_64' };
1;
END
    echo "$user" >"$site/user"
    [ -z "$user" ] || chown -R "$user:" "$site"/{bs,run,log}
    # Workers get this code from the repository server.
    chmod -R a+rX "$site/server"
}

# worker NUMBER: fetches the code of the service and starts one worker with it.
worker() {
    local place=$site/workers/$1
    mkdir -p "$place"/{code,state,root}
    (cd "$place/code" && curl --noproxy '*' -fsS "http://127.0.0.1:$((port + 1))/getworkercode" | cpio --quiet -idu)
    ln -sfn . "$place/code/XML"
    chmod 755 "$place/code/bs_worker"
    run "worker-$1" env -C "$place/code" ./bs_worker --port $((port + 9 + $1)) --root "$place/root" \
        --statedir "$place/state" --id "worker:$1" --reposerver "http://127.0.0.1:$((port + 1))" --jobs 2
}

# end NAME: TERM for its session, KILL for what is left of it.
end() {
    local file=$site/pids/$1 pid
    [ -f "$file" ] || return 0
    pid=$(cat "$file")
    pkill -TERM -s "$pid" 2>/dev/null || true
    for _ in $(seq 20); do
        pgrep -s "$pid" >/dev/null || break
        sleep 0.25
    done
    pkill -KILL -s "$pid" 2>/dev/null || true
    rm -f "$file"
}

case $action in
    start)
        for tool in curl cpio pgrep setsid; do
            command -v "$tool" >/dev/null || { echo "service: $tool is missing" >&2; exit 4; }
        done
        if [ ! -x "$code/bs_srcserver" ] || [ ! -x /usr/lib/obs-build/build ]; then
            echo "service: apt-get install --no-install-recommends obs-server obs-build" >&2
            exit 4
        fi
        running repserver || configure
        run repserver "$site/server/bs_repserver"
        answers $((port + 1))
        run srcserver "$site/server/bs_srcserver"
        answers "$port"
        run sched "$site/server/bs_sched" x86_64
        run dispatch "$site/server/bs_dispatch"
        run publish "$site/server/bs_publish"
        run warden "$site/server/bs_warden"
        for number in $(seq "${3:-2}"); do worker "$number"; done
        ;;
    worker) worker "${3:?$usage}" ;;
    stop)
        for file in "$site"/pids/worker-*; do [ ! -f "$file" ] || end "$(basename "$file")"; done
        for file in "$site"/pids/*; do [ ! -f "$file" ] || end "$(basename "$file")"; done
        # What a build left when it was ended.
        awk -v root="$site/workers/" 'index($2, root) == 1 { print $2 }' /proc/self/mounts | tac |
            while read -r place; do umount "$place" || umount -l "$place"; done
        ;;
    status)
        for file in "$site"/pids/*; do
            [ -f "$file" ] || continue
            name=$(basename "$file")
            if running "$name"; then echo "$name: running"; else echo "$name: ended"; fi
        done
        ;;
    *)
        echo "$usage" >&2
        exit 2
        ;;
esac
