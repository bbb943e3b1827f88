# shellcheck shell=bash
# What all sides of the benchmark share: the archive's address and the timing of one sample.
LC_ALL=C
export LC_ALL

# The address this machine itself installs Debian from, read from apt's configuration.
archive_url() {
    local url
    # shellcheck disable=SC2016 # apt expands it
    url=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
    if [ -z "$url" ]; then
        echo "bench: apt on this machine has no list of Debian 12 (bookworm): run apt-get update" >&2
        return 1
    fi
    echo "${url%/}"
}

# Makes a copy of the description for a program that does not know 'buildhost:'.
description_with_url() {
    local copy=$1
    rm -rf "$copy"
    cp -a "$BENCH_DESCRIPTION" "$copy"
    sed -i "s#buildhost:#$(archive_url)#" "$copy/config.xml"
}

# Jiffies the processors were busy since the machine started.
busy_jiffies() {
    local user nice system irq softirq
    read -r _ user nice system _ _ irq softirq _ </proc/stat
    echo $((user + nice + system + irq + softirq))
}

# Prints the largest peak of resident memory, in KiB, of all processes that run EXECUTABLE;
# ends when the file STOP appears.
watch_memory() {
    local executable=$1 stop=$2 peak=0 process name key value
    while [ ! -e "$stop" ]; do
        for process in /proc/[0-9]*; do
            read -r name 2>/dev/null <"$process/comm" || continue
            case $name in kiwi*) ;; *) continue ;; esac
            [ "$process/exe" -ef "$executable" ] || continue
            while read -r key value _; do
                if [ "$key" = VmHWM: ]; then
                    [ "$value" -gt "$peak" ] && peak=$value
                    break
                fi
            done 2>/dev/null <"$process/status"
        done
        sleep 0.2
    done
    echo "$peak"
}

# sample SIDE CASE EXECUTABLE COMMAND...: runs the command and appends a line to $BENCH_SAMPLES:
# side, case, wall seconds, processor seconds, peak KiB of EXECUTABLE (- for none), and the
# share of the machine, in percent, that other processes used meanwhile.
sample() {
    local side=$1 case=$2 executable=$3
    shift 3
    local number log times stop watcher='' before after start end status=0 peak=-
    number=$(awk -F '\t' -v s="$side" -v c="$case" '$1 == s && $2 == c' "$BENCH_SAMPLES" | wc -l)
    log=$BENCH_WORK/logs/$side.$case.$number.log
    times=$BENCH_WORK/times.$$
    stop=$BENCH_WORK/stop.$$
    mkdir -p "$BENCH_WORK/logs"
    rm -f "$stop"
    exec {lock}>"${BENCH_LOCK:-$BENCH_WORK/lock}"
    flock "$lock"
    # Nobody pays for what another one left to be written.
    sync
    if [ "$executable" != - ]; then
        watch_memory "$executable" "$stop" >"$BENCH_WORK/peak.$$" {lock}>&- &
        watcher=$!
    fi
    before=$(busy_jiffies)
    start=$EPOCHREALTIME
    /usr/bin/time -o "$times" -f '%U %S' "$@" >"$log" 2>&1 </dev/null {lock}>&- || status=$?
    end=$EPOCHREALTIME
    after=$(busy_jiffies)
    : >"$stop"
    if [ -n "$watcher" ]; then
        wait "$watcher"
        peak=$(cat "$BENCH_WORK/peak.$$")
    fi
    exec {lock}>&-
    rm -f "$stop" "$BENCH_WORK/peak.$$"
    if [ "$status" -ne 0 ]; then
        echo "bench: $side $case failed with code $status; its output is in $log:" >&2
        tail -n 15 "$log" >&2
        return 1
    fi
    tail -n 1 "$times" | awk -v side="$side" -v case="$case" -v start="$start" -v end="$end" -v peak="$peak" \
        -v busy=$((after - before)) -v hz="$(getconf CLK_TCK)" -v cpus="$(nproc)" '{
            wall = end - start; own = $1 + $2; others = 100 * (busy / hz - own) / (wall * cpus)
            printf "%s\t%s\t%.2f\t%.2f\t%s\t%.0f\n", side, case, wall, own, peak, others < 0 ? 0 : others
        }' >>"$BENCH_SAMPLES"
    rm -f "$times"
    tail -n 1 "$BENCH_SAMPLES" | awk -F '\t' \
        '{ printf "%-8s %-10s %7.1f s wall %7.1f s processor   others %s %%\n", $1, $2, $3, $4, $6 }' >&2
}
