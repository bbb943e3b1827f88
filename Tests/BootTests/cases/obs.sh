# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# The Open Build Service: its build program, and a whole service on this machine. Both as root, as a worker is.

# Kept between runs: packages of the archive, and a build root, which the build program brings up to date.
obs=$here/../deploy/obs
obs_kept=$stage/obs-kept

# obs_packages: makes a package of the program under test and gathers it with all others in $obs_kept/packages.
obs_packages() {
    local tree=$work/obs-package
    [ "$(id -u)" -eq 0 ] || fail "needs root, as a worker does"
    rm -rf "$tree"
    mkdir -p "$tree/DEBIAN" "$tree/usr/share" "$obs_kept"
    cp -a "$stage/bin" "$tree/usr/bin"
    cp -a "$stage/share/kiwi" "$tree/usr/share/"
    strip --strip-unneeded "$tree/usr/bin/kiwi-ng"
    # Its version says what is in it: a build root keeps a package of the same version.
    cat >"$tree/DEBIAN/control" <<END
Package: kiwi
Version: 11.1.6+$(cd "$tree/usr" && find . -type f -exec sha256sum {} + | sort | sha256sum | cut -c1-16)
Architecture: $(dpkg --print-architecture)
Maintainer: The Kiwi developers <kiwi@localhost.invalid>
Depends: apt, dpkg, gpgv, libc6, libstdc++6, mount, tar, uidmap, util-linux
Description: the program under test
END
    dpkg-deb --root-owner-group -Zxz -z1 --build "$tree" "$work/kiwi.deb"
    "$obs/packages.sh" "$obs_kept/packages" "$work/kiwi.deb" "$obs/debian-12.conf" "$stage"/tests/obs/*.kiwi ||
        fail "the packages cannot be fetched"
}

# obs_sources FOLDER: the sources of the packages, as the source server has them: files without folders.
obs_sources() {
    rm -rf "$1"
    mkdir -p "$1"
    cp "$stage"/tests/obs/* "$1/"
    # The service keeps no modes.
    chmod -x "$1/config.sh"
    tar -C "$stage/tests/live/root" --owner=0 --group=0 -czf "$1/root.tar.gz" .
}

# obs_build RECIPE OPTIONS...: builds in the kept build root, and moves what is to be published to $work/obs-results.
obs_build() {
    local recipe=$1 root=$obs_kept/root
    shift
    obs-build --dist "$obs/debian-12.conf" --repo "$obs_kept/packages" --arch x86_64 --root "$root" --release 1.1 \
        --cachedir "$obs_kept/cache" --linksources --disturl obs://local/Images/1 "$@" "$work/obs-sources/$recipe" ||
        fail "$recipe $* ended with $?"
    # What the mounts of the build program itself leave is ended by its next run.
    for place in /dev/shm /dev/pts /sys /proc; do
        while mountpoint -q "$root$place"; do umount "$root$place"; done
    done
    ! grep -q " $root" /proc/self/mounts || fail "mounts are left: $(grep " $root" /proc/self/mounts)"
    mkdir -p "$work/obs-results"
    mv "$root"/usr/src/packages/KIWI/* "$work/obs-results/"
}

# published NAME SUFFIX...: exactly these files are published of that image, and their checksums are right.
published() {
    local name=$1 found wanted
    shift
    found=$(cd "$work/obs-results" && find . -name "$name.*" -printf '%P\n' | sort)
    wanted=$(printf "$name.%s\n" cdx.json packages spdx.json verified "$@" | sort)
    [ "$found" = "$wanted" ] || fail "published is: $found"
    (cd "$work/obs-results" && sha256sum -c "$name".*.sha256) || fail "a checksum is wrong"
}

# obs_layers NAME: the layers of a published container.
obs_layers() {
    skopeo inspect --config "docker-archive:$work/obs-results/$1-Build1.1.docker.tar" |
        python3 -c 'import json, sys; print(*json.load(sys.stdin)["rootfs"]["diff_ids"], sep="\n")'
}

# no_trace TREE: the tree has nothing of the worker.
no_trace() {
    [ -f "$1/etc/debian_version" ] || fail "$1 is no tree"
    [ ! -e "$1/.buildenv" ] || fail "the mark of the worker is in the image"
    ! grep -r 'usr/src/packages\|/repos/' "$1/etc/apt" || fail "the worker's repositories are in the image"
    [ -z "$(find "$1/var/lib/apt/lists" -type f -name '*Packages*')" ] || fail "the worker's lists are in the image"
}

# obs_names_program: the build root has the program under the names that its package gives it.
obs_names_program() {
    [ -d "$obs_kept/root/usr/bin" ] || return 0
    rm -f "$obs_kept/root/usr/sbin/kiwi"
    ln -sfn kiwi-ng "$obs_kept/root/usr/bin/kiwi"
}

test_obs_build() {
    local topdir=$obs_kept/root/usr/src/packages repos prefix=kiwi-appliance.x86_64-1.0.0 flavor
    obs_packages
    obs_sources "$work/obs-sources"
    repos=$work/obs-sources/repos/Debian:12/standard
    mkdir -p "$repos"
    ln "$obs_kept"/packages/*.deb "$repos/"
    rm -f "$repos/kiwi.deb"
    rm -rf "$work/obs-results"
    obs_names_program

    # Without profiles; the repository by its name, flat and unsigned.
    obs_build archive.kiwi
    published kiwi-archive.x86_64-1.0.0-Build1.1 tar.xz tar.xz.sha256
    no_trace "$topdir/KIWIROOT-tbz"
    rm -f "$work/obs-results"/kiwi-archive*

    # As a worker of the service calls it: repositories by folder, of a type that apt does not have.
    obs_build appliance.kiwi --build-flavor live --kiwi-parameter --ignore-repos \
        --kiwi-parameter --add-repo --kiwi-parameter dir:///./repos/Debian:/12/standard \
        --kiwi-parameter --add-repotype --kiwi-parameter rpm-md --kiwi-parameter --add-repoprio --kiwi-parameter 1
    published "$prefix-live-Build1.1" iso iso.sha256
    no_trace "$topdir/KIWIROOT-iso"

    # All repositories, with a distribution: below dists/.
    for flavor in disk container; do obs_build appliance.kiwi --build-flavor $flavor; done
    published "$prefix-disk-Build1.1" qcow2 qcow2.sha256
    # The build program unpacks containers and describes them.
    published "$prefix-container-Build1.1" docker.tar docker.tar.sha256 docker.containerinfo
    grep -q '"example/appliance:1.0"' "$work/obs-results/$prefix-container-Build1.1.docker.containerinfo" || fail "the container has no name"
    skopeo inspect --config "docker-archive:$work/obs-results/$prefix-container-Build1.1.docker.tar" |
        grep -q '"org.openbuildservice.disturl": "obs://local/Images/1"' || fail "the container does not say where it comes from"
    grep -q '^linux-image-amd64|' "$work/obs-results/$prefix-live-Build1.1.packages" || fail "the list lacks the kernel"

    # A container on that one: the worker has it beside the sources and says so.
    mkdir -p "$work/obs-sources/containers"
    ln "$work/obs-results/$prefix-container-Build1.1.docker.tar" "$work/obs-sources/containers/appliance.tar"
    obs_build derived.kiwi --kiwi-parameter --set-container-derived-from=dir://./containers/appliance.tar
    rm -r "$work/obs-sources/containers"
    published kiwi-derived.x86_64-1.0.0-Build1.1 basepackages docker.tar docker.tar.sha256 docker.containerinfo
    [ "$(obs_layers kiwi-derived.x86_64-1.0.0 | head -n 1)" = "$(obs_layers "$prefix-container" | head -n 1)" ] ||
        fail "the layer of the base container is not there"

    # No namespaces at all; then the calls for KIWI before 8.
    obs_build archive.kiwi --kiwi-parameter --main:sandbox=none | tee "$stage/output"
    # The bundle call does not get the option.
    ! sed '/result bundle/,$d' "$stage/output" | grep 'working with mount' || fail "namespaces were used"
    published kiwi-archive.x86_64-1.0.0-Build1.1 tar.xz tar.xz.sha256
    rm -f "$work/obs-results"/kiwi-archive* "$obs_kept/root/usr/bin/kiwi"
    ln -s ../bin/kiwi-ng "$obs_kept/root/usr/sbin/kiwi"
    obs_build archive.kiwi | tee "$stage/output"
    says '--prepare /usr/src/packages/SOURCES --root /usr/src/packages/KIWIROOT-tbz'
    published kiwi-archive.x86_64-1.0.0-Build1.1 tar.xz tar.xz.sha256
    no_trace "$topdir/KIWIROOT-tbz"
    obs_names_program

    cp "$work/obs-results/$prefix-live-Build1.1.iso" "$media/"
    chmod 644 "$media/$prefix-live-Build1.1.iso"
    boot "$media/$prefix-live-Build1.1.iso"
}

# obs_state PACKAGE: what the service says about it: scheduled, building, succeeded, failed, ...
obs_state() {
    obs_ask "_result?prpa=Images/images/x86_64&package=$1" |
        sed -n "s/.*<status package=\"$1\" code=\"\([a-z]*\)\".*/\1/p"
}

obs_ask() { curl --noproxy '*' -fsS "http://127.0.0.1:$(($(cat "$stage/obs-site/port") + 1))/$1"; }

# obs_worker_of PACKAGE: the number of the worker that builds it.
obs_worker_of() {
    obs_ask "_result?prpa=Images/images/x86_64&package=$1" |
        sed -n 's/.*building on worker:\([0-9]*\).*/\1/p'
}

# obs_await SECONDS COMMAND...: until the command succeeds.
obs_await() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $until ] || fail "too late: $*"
        sleep 5
    done
}

# obs_runs PACKAGE: a worker builds it, and Kiwi is at work.
obs_runs() {
    local number
    number=$(obs_worker_of "$1")
    [ -n "$number" ] && grep -q 'start layer.bootstrap' "$stage/obs-site/workers/$number/root/.build.log"
}

obs_both_build() {
    [ "$(obs_ask '_result?prpa=Images/images/x86_64' | grep -o 'building on worker:[0-9]*' | sort -u | wc -l)" -eq 2 ]
}

# obs_offers FOLDER: the results of all three packages are published.
obs_offers() {
    [ -f "$1/iso/kiwi-appliance.x86_64-1.0.0-live-Build1.1.iso.sha256" ] &&
        [ -f "$1/kiwi-appliance.x86_64-1.0.0-container-Build1.1.docker.tar.sha256" ] &&
        [ -f "$1/kiwi-archive.x86_64-1.0.0-Build1.1.tar.xz.sha256" ]
}

# obs_done PACKAGE...: all are built; ends the test when one has failed.
obs_done() {
    local package state
    for package; do
        state=$(obs_state "$package")
        case $state in
            succeeded) ;;
            failed | broken | unresolvable | blocked)
                obs_ask "build/Images/images/x86_64/$package/_log?nostream=1" | tail -n 40
                obs_ask '_result?prpa=Images/images/x86_64'
                fail "$package: $state"
                ;;
            *) return 1 ;;
        esac
    done
}

test_obs_service() {
    local site=$stage/obs-site sources=$work/obs-sources killed pid moment again published package
    local packages=(appliance:live container archive)
    obs_packages
    obs_sources "$sources"
    # The package would start services of the machine; the code alone is enough.
    if [ ! -x /usr/lib/obs/server/bs_srcserver ]; then
        export KIWI_OBS_CODE=$obs_kept/code/usr/lib/obs/server
        if [ ! -x "$KIWI_OBS_CODE/bs_srcserver" ]; then
            (cd "$work" && apt-get -q download obs-server) || fail "obs-server cannot be fetched"
            dpkg-deb -x "$work"/obs-server_*.deb "$obs_kept/code"
        fi
    fi
    export KIWI_OBS_USER=$user
    [ ! -d "$site" ] || "$obs/service.sh" stop "$site"
    rm -rf "$site"
    trap '"$obs/service.sh" stop "$stage/obs-site"' EXIT
    "$obs/service.sh" start "$site" 2
    "$obs/project.sh" "$site" base Debian:12 "$obs_kept/packages" "$obs/debian-12.conf"
    "$obs/project.sh" "$site" images Images Debian:12

    # Three packages: one with flavors, one with a fixed profile, one without profiles.
    for package in appliance container archive; do mkdir -p "$work/obs-packages/$package"; done
    cp "$sources"/{appliance.kiwi,config.sh,root.tar.gz} "$work/obs-packages/appliance/"
    echo '<multibuild><flavor>live</flavor></multibuild>' >"$work/obs-packages/appliance/_multibuild"
    sed 's/@BUILD_FLAVOR@/container/' "$sources/appliance.kiwi" >"$work/obs-packages/container/container.kiwi"
    cp "$sources/archive.kiwi" "$work/obs-packages/archive/"
    for package in appliance container archive; do
        "$obs/commit.sh" "$site" Images "$package" "$work/obs-packages/$package" || fail "$package is not committed"
    done

    # A worker dies in the middle of a build, with all that it has started, while the other one builds too.
    obs_await 900 obs_runs "${packages[0]}"
    obs_await 60 obs_both_build
    killed=$(obs_worker_of "${packages[0]}")
    pid=$(cat "$site/pids/worker-$killed")
    pkill -KILL -s "$pid"
    moment=$(date +%s)
    echo "worker $killed was killed at $(date +%T)"
    sleep 5
    ! pgrep -f "$site/workers/$killed/root" -l || fail "processes of the killed worker are left"
    obs_await 2400 grep -E "restarting (orphaned )?build of x86_64/Images::images::${packages[0]}-" "$site/log/warden.log"
    echo "the service noticed at $(date +%T)"
    "$obs/service.sh" worker "$site" "$killed"
    obs_await 2400 obs_done "${packages[@]}"

    # Each package was built once to its end; the lost one was begun again.
    obs_ask 'build/Images/images/x86_64/_jobhistory?limit=100' | tee "$stage/output"
    [ "$(grep -c 'code="succeeded"' "$stage/output")" -eq 3 ] || fail "not three jobs"
    again=$(sed -n "s/.*package=\"${packages[0]}\".* starttime=\"\([0-9]*\)\".*/\1/p" "$stage/output")
    [ "${again:-0}" -gt "$moment" ] || fail "the job of the dead worker was not begun again"

    # What the publisher offers.
    published=$site/bs/repos/Images/images
    obs_await 300 obs_offers "$published"
    (cd "$published" && find . -type f | sort)
    (cd "$published/iso" && sha256sum -c ./*.sha256) || fail "the ISO is not what was built"
    "$obs/service.sh" stop "$site"
    rm -rf "$site"
}
