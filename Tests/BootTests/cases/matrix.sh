# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Many images by other engines: job files for make, Slurm, GitLab and GitHub; other architectures; Kiwi in a container.

# job_file FORMAT OPTIONS...: the file for all types of one description.
job_file() {
    as_user "$kiwi" build-matrix "$work/matrix/debian-container" --types all --format "$@" >"$work/matrix/$1.job" ||
        fail "$1 ended with $?"
}

# both_are_made FOLDER: results of all jobs, with the layers of one.
both_are_made() {
    [ -s "$(result "$1/debian-container-tbz" root_archive)" ] || fail "no archive"
    [ -s "$(result "$1/debian-container-squashfs" filesystem_image)" ] || fail "no file system"
}

# engine_end: ends what the test of Slurm has started.
engine_end() {
    local name
    for name in node controller munged; do
        [ ! -f "$work/matrix/engine/$name.pid" ] || kill "$(cat "$work/matrix/engine/$name.pid")" || true
    done
}

test_build_matrix() {
    local folder=$work/matrix host
    [ "$(id -u)" -eq 0 ] || fail "needs root, to start Slurm"
    for host in "$folder"/*/debian-container-*; do [ ! -d "$host" ] || fresh "$host"; done
    rm -rf "$folder"
    as_user mkdir "$folder"
    chmod 777 "$folder"
    as_user env -C "$folder" "$kiwi" init debian-container || fail "init ended with $?"
    as_user sed -i '0,/<type /s//<type image="tbz"\/><type image="squashfs"\/>&/' "$folder/debian-container/config.xml"

    # make with a job server; the jobs find each other's layers.
    job_file make --target-dir "$folder/make" --cache "$folder/cache"
    as_user make -C "$folder" -f make.job -j 2 "KIWI=$kiwi --shared-cache-dir $folder/own" || fail "make ended with $?"
    both_are_made "$folder/make"
    [ -n "$(ls "$folder/cache/entries")" ] || fail "nothing is shared"

    # Slurm: one machine is controller and node.
    job_file slurm --target-dir "$folder/slurm" --cache "$folder/cache"
    host=$(hostname -s)
    mkdir -m 755 "$folder/engine" "$folder/engine/state" "$folder/engine/spool"
    dd if=/dev/urandom of="$folder/engine/key" bs=128 count=1 status=none
    chown -R munge "$folder/engine"
    chmod 600 "$folder/engine/key"
    cat >"$folder/engine/slurm.conf" <<END
ClusterName=kiwi
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/engine/socket
StateSaveLocation=$folder/engine/state
SlurmdSpoolDir=$folder/engine/spool
SlurmctldPidFile=$folder/engine/controller.pid
SlurmdPidFile=$folder/engine/node.pid
SlurmctldLogFile=$folder/engine/controller.log
SlurmdLogFile=$folder/engine/node.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES State=UP
END
    trap engine_end EXIT
    (cd "$folder/engine" && runuser -u munge -- munged --key-file="$folder/engine/key" --socket="$folder/engine/socket" \
        --pid-file="$folder/engine/munged.pid" --log-file="$folder/engine/munged.log" --seed-file="$folder/engine/seed" --force)
    export SLURM_CONF=$folder/engine/slurm.conf
    slurmctld
    slurmd
    # The jobs start kiwi by its name.
    as_user env "SLURM_CONF=$SLURM_CONF" "PATH=$stage/bin:/usr/bin:/bin" "XDG_CACHE_HOME=$folder/own-slurm" \
        sbatch --wait --chdir="$folder" --output="$folder/slurm-%a.log" "$folder/slurm.job" || {
        cat "$folder"/slurm-*.log
        fail "sbatch ended with $?"
    }
    cat "$folder"/slurm-*.log
    both_are_made "$folder/slurm"
    grep -q "layer.bootstrap comes from $folder/cache" "$folder"/slurm-*.log || fail "the layers of make were not used"

    # The others by the schemas of their makers.
    job_file gitlab --image registry.example.org/kiwi
    job_file github --image registry.example.org/kiwi
    as_user python3 -m venv "$folder/venv"
    as_user "$folder/venv/bin/pip" -q install check-jsonschema || fail "check-jsonschema is not to be had"
    as_user "$folder/venv/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci --force-filetype yaml "$folder/gitlab.job" ||
        fail "no pipeline of GitLab"
    as_user "$folder/venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows --force-filetype yaml "$folder/github.job" ||
        fail "no workflow of GitHub"
    for host in "$folder"/own "$folder"/own-slurm/kiwi; do as_user "$kiwi" cache prune --all --shared-cache-dir "$host" >/dev/null; done
}

# A container for another architecture, by an ordinary user, without a rule of the machine.
test_foreign_container() {
    local folder=$work/foreign image root
    fresh "$folder"
    as_user rm -rf "$folder.description"
    as_user mkdir "$folder.description"
    (cd "$folder.description" && as_user env -C "$folder.description" "$kiwi" init debian-container) || fail "init ended with $?"
    as_user "$kiwi" --target-arch aarch64 system build --description "$folder.description/debian-container" \
        --target-dir "$folder" || fail "build ended with $?"
    image=$(result "$folder" container)
    [[ $image == *.aarch64-* ]] || fail "its name is $image"
    [ "$(as_user skopeo inspect --config "oci-archive:$image" | python3 -c 'import json,sys; print(json.load(sys.stdin)["architecture"])')" = arm64 ] ||
        fail "the architecture of its configuration"
    grep -q '|arm64|' "$(result "$folder" image_packages)" || fail "no packages of arm64"
    expect_code 2 as_user "$kiwi" --target-arch aarch46 system build --description "$folder.description/debian-container" --target-dir "$folder"
    says 'write --target-arch aarch64'
    # 32-bit programs need no emulation.
    root=$folder.root
    fresh_root "$root"
    as_user "$kiwi" --target-arch i686 --type oci system prepare --description "$folder.description/debian-container" --root "$root" ||
        fail "prepare for i686 ended with $?"
    grep -q '^Architecture: i386' "$root/var/lib/dpkg/status" || fail "no packages of i386"
    fresh_root "$root"
}

# The other architectures of Debian 12: their package scripts and config.sh run here.
test_foreign_containers() {
    local folder=$work/foreign-containers machine name image
    as_user rm -rf "$folder.description"
    as_user mkdir "$folder.description"
    as_user env -C "$folder.description" "$kiwi" init debian-container || fail "init ended with $?"
    echo 'uname -m >/machine' | as_user tee -a "$folder.description/debian-container/config.sh" >/dev/null
    for machine in armv7l:arm ppc64le:ppc64le s390x:s390x; do
        name=${machine#*:} machine=${machine%:*}
        fresh "$folder"
        as_user "$kiwi" --target-arch "$machine" system build --description "$folder.description/debian-container" \
            --target-dir "$folder" || fail "build for $machine ended with $?"
        image=$(result "$folder" container)
        [[ $image == *."$machine"-* ]] || fail "its name is $image"
        [ "$(as_user skopeo inspect --config "oci-archive:$image" | python3 -c 'import json,sys; print(json.load(sys.stdin)["architecture"])')" = "$name" ] ||
            fail "the architecture of its configuration"
        as_user rm -rf "$folder.layout" "$folder.bundle"
        as_user skopeo copy -q "oci-archive:$image" "oci:$folder.layout:latest"
        as_user umoci unpack --rootless --image "$folder.layout:latest" "$folder.bundle" >/dev/null 2>&1 || fail "the container cannot be unpacked"
        echo "$machine: config.sh saw $(cat "$folder.bundle/rootfs/machine")"
        [ "$(cat "$folder.bundle/rootfs/machine")" = "$machine" ] || fail "config.sh of $machine ran elsewhere"
        as_user rm -rf "$folder.layout" "$folder.bundle"
    done
    # Debian 12 has no archive of it.
    expect_code 1 as_user "$kiwi" --target-arch riscv64 system build --description "$folder.description/debian-container" --target-dir "$folder"
    says 'no repository has packages for riscv64'
    fresh "$folder"
}

test_foreign_live() {
    local folder=$work/foreign-live
    [ ! -d "$folder" ] || fresh "$folder"
    rm -rf "$folder.description"
    as_user mkdir "$folder.description"
    as_user env -C "$folder.description" "$kiwi" --target-arch aarch64 init debian-live || fail "init ended with $?"
    as_user "$kiwi" --target-arch aarch64 system build --description "$folder.description/debian-live" \
        --target-dir "$folder" || fail "build ended with $?"
    as_user "$kiwi" image boot "$(result "$folder" live_image)" --expect 'login:' --timeout "${patience:-900}" ||
        fail "boot ended with $?"
}

# 32-bit PCs: their programs run here as they are.
test_ix86() {
    local folder=$work/ix86 kind key
    for kind in live disk; do fresh "$folder-$kind"; done
    rm -rf "$folder.description"
    as_user mkdir "$folder.description"
    for kind in live disk; do
        key=live_image
        [ $kind = live ] || key=disk_format_image
        as_user env -C "$folder.description" "$kiwi" --target-arch i686 init "debian-$kind" || fail "init ended with $?"
        as_user "$kiwi" --target-arch i686 system build --description "$folder.description/debian-$kind" \
            --target-dir "$folder-$kind" || fail "build of $kind ended with $?"
        [[ $(result "$folder-$kind" $key) == *.ix86-* ]] || fail "the name of the result"
        as_user "$kiwi" image boot "$(result "$folder-$kind" $key)" --expect 'login:' --timeout "${patience:-600}" ||
            fail "boot of $kind ended with $?"
    done
}

# in_box COMMAND...: a program in the container, run by the ordinary user: a namespace of his with all of his ids,
# and no right on the machine. Results are in $work/box/out.
in_box() {
    # shellcheck disable=SC2016 # expanded there
    as_user unshare --user --map-auto --map-root-user --mount bash -ec 'cd "$1"; shift
        [ -d bundle ] || umoci unpack --image layout:latest bundle >/dev/null
        exec bwrap --bind bundle/rootfs / --proc /proc --dev /dev --ro-bind /etc/resolv.conf /etc/resolv.conf \
            --bind out /build --chdir /build --unshare-pid --die-with-parent --clearenv \
            --setenv PATH /usr/bin:/bin:/usr/sbin:/sbin --setenv HOME /root "$@"' _ "$work/box" "$@"
}

test_kiwi_in_a_box() {
    local box=$work/box
    if [ -d "$box" ]; then
        [ ! -d "$box/image" ] || fresh "$box/image"
        as_user unshare --user --map-auto --map-root-user rm -rf "$box"
    fi
    as_user mkdir -p "$box/out"
    as_user cp -r "$stage/share/kiwi/examples/kiwi-in-a-box" "$box/description"
    as_user tar -C "$stage" -czf "$box/description/kiwi.tar.gz" --owner=0 --group=0 bin share
    as_user "$kiwi" system build --description "$box/description" --target-dir "$box/image" || fail "build ended with $?"
    # shellcheck disable=SC2016 # expanded there
    as_user sh -ec 'xz -dc "$1" >"$2/box.tar"; skopeo copy -q --insecure-policy "oci-archive:$2/box.tar" "oci:$2/layout:latest"' \
        _ "$(result "$box/image" container)" "$box" || fail "skopeo ended with $?"
    in_box kiwi system build --description /usr/share/kiwi/examples/debian-live --target-dir /build/live || fail "the build inside ended with $?"
    as_user "$kiwi" image boot "$box/out/live/debian-live.x86_64-1.0.0.iso" --expect KIWI-DEMO-READY --timeout "${patience:-420}" ||
        fail "boot ended with $?"
    as_user unshare --user --map-auto --map-root-user rm -rf "$box"
}
