# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Archives and containers, opened by other programs and compared with the tree entry by entry.

# in_namespace COMMAND...: as root of a user namespace, to whom the tree belongs.
in_namespace() { as_user unshare --user --map-root-user --map-auto --mount --pid --fork "$@"; }

# small_root: prepares the tree with awkward files once and prints its path.
small_root() {
    local description=$work/small root=$work/small-root
    if ! [ -d "$root" ]; then
        as_user rm -rf "$description"
        as_user cp -r "$stage/tests/containers" "$description"
        # Archives may have device nodes, which an ordinary user cannot make.
        as_user tar -cf "$description/nodes.tar" --transform 's,^dev,srv/awkward,' -C / dev/null dev/full
        as_user "$kiwi" --type tbz system prepare --description "$description" --root "$root" >&2 ||
            fail "preparing the tree ended with $?"
    fi
    echo "$root"
}

# settings TEXT: a kiwi.yml, which makes archives quickly.
settings() {
    printf 'container:\n  compress: %s\nxz:\n  options: -0 --threads=2\n' "${1:-none}" |
        as_user tee "$work/kiwi.yml" >/dev/null
}

# created TYPE ROOT TARGET: makes that image of a tree and prints the path of its one large result.
created() {
    fresh "$3"
    as_user "$kiwi" --config "$work/kiwi.yml" --no-cache --type "$1" system create --root "$2" --target-dir "$3" >&2 ||
        fail "creating $1 ended with $?"
    as_user "$kiwi" result list --target-dir "$3" | sed -nE 's,^[^a-z]*(root_archive|container):? [^/]*,,p'
}

# same ROOT FOLDER ARGUMENTS...: compares the tree with what a program unpacked; /.profile is of the type.
same() {
    local root=$1 folder=$2
    shift 2
    in_namespace python3 "$stage/tests/compare-trees.py" --clock "$SOURCE_DATE_EPOCH" \
        --without .profile --without image --without .kconfig --without .buildenv --without var/cache/kiwi \
        --without 'run/*' --without 'tmp/*' --without 'proc/*' --without 'sys/*' --without 'dev/*' \
        --extra srv/awkward/null --extra srv/awkward/full "$@" "$root" "$folder" || fail "$folder differs from the tree"
}

# has_nodes TAR-LISTING: the nodes that could not be made in the tree.
has_nodes() {
    grep -qE '^crw-rw-rw- +[0-9]* *0[/ ] *0 +1, *3 .*srv/awkward/null$' <<<"$1" || fail "no node null: $1"
    grep -qE '^crw-rw-rw- +[0-9]* *0[/ ] *0 +1, *7 .*srv/awkward/full$' <<<"$1" || fail "no node full"
}

# twice TYPE ROOT FIRST: the same tree gives the same bits.
twice() {
    local second
    second=$(created "$1" "$2" "$work/another place/$1") || exit
    cmp "$3" "$second" || fail "the second $1 differs"
    fresh "$work/another place/$1"
}

test_tbz() {
    local root image names
    settings
    root=$(small_root) || exit
    image=$(created tbz "$root" "$work/tbz") || exit
    as_user rm -rf "$work/unpacked"
    as_user mkdir "$work/unpacked"
    in_namespace tar --extract --file "$image" --directory "$work/unpacked" --numeric-owner --preserve-permissions \
        --xattrs --xattrs-include='*' --exclude=srv/awkward/null --exclude=srv/awkward/full
    same "$root" "$work/unpacked"
    # Another reader; it does not take access lists from attributes.
    in_namespace rm -rf "$work/unpacked"
    as_user mkdir "$work/unpacked"
    in_namespace bsdtar -xpf "$image" -C "$work/unpacked" --numeric-owner \
        --exclude srv/awkward/null --exclude srv/awkward/full || true
    same "$root" "$work/unpacked" --without srv/awkward/accessible --without srv/awkward/other
    has_nodes "$(tar --list --verbose --numeric-owner --file "$image" srv/awkward/null srv/awkward/full)"
    names=$(tar --list --file "$image")
    ! grep -qE '^\./|^image|^\.kconfig|^dev/.' <<<"$names" || fail "members that do not belong there"
    twice tbz "$root" "$image"
    in_namespace rm -rf "$work/unpacked"
}

test_cpio() {
    local root image
    settings
    root=$(small_root) || exit
    image=$(created cpio "$root" "$work/cpio") || exit
    as_user rm -rf "$work/unpacked"
    as_user mkdir "$work/unpacked"
    in_namespace bsdtar -xpf "$image" -C "$work/unpacked" --numeric-owner \
        --exclude srv/awkward/null --exclude srv/awkward/full || true
    # The format has no attributes.
    same "$root" "$work/unpacked" --ignore attributes --without srv/awkward/accessible
    has_nodes "$(cpio --list --verbose --numeric-uid-gid --quiet <"$image" 'srv/awkward/null' 'srv/awkward/full')"
    twice cpio "$root" "$image"
    in_namespace rm -rf "$work/unpacked"
}

# unpacked REFERENCE: unpacks a container into $work/bundle/rootfs as its layers say.
unpacked() {
    in_namespace rm -rf "$work/bundle" "$work/layout"
    in_namespace skopeo --insecure-policy copy --quiet "$1" "oci:$work/layout:x" || fail "skopeo does not read $1"
    in_namespace umoci unpack --image "$work/layout:x" "$work/bundle" || fail "umoci does not unpack $1"
}

# config REFERENCE FILTER: a part of a container's configuration.
config() {
    as_user skopeo inspect --config "$1" |
        python3 -c 'import json,sys; print(json.dumps(eval("c" + sys.argv[1], {"c": json.load(sys.stdin)}), sort_keys=True))' "$2"
}

# is WANTED FOUND
is() { [ "$1" = "$2" ] || fail "'$2' instead of '$1'"; }

test_oci() {
    local root image reference
    settings
    root=$(small_root) || exit
    image=$(created oci "$root" "$work/oci") || exit
    reference=oci-archive:$image:example/small:1.0
    unpacked "$reference"
    same "$root" "$work/bundle/rootfs"
    is '"nobody"' "$(config "$reference" '["config"]["User"]')"
    is '["/bin/sh", "-c"]' "$(config "$reference" '["config"]["Entrypoint"]')"
    is '["cat /etc/debian_version"]' "$(config "$reference" '["config"]["Cmd"]')"
    is '{"53/udp": {}, "80/tcp": {}}' "$(config "$reference" '["config"]["ExposedPorts"]')"
    is '"2023-11-14T22:13:20Z"' "$(config "$reference" '["created"]')"
    twice oci "$root" "$image"
    runs
}

# runs: a program of the unpacked container runs in it; without crun where machines within machines
# do not let it work.
runs() {
    local out
    in_namespace rm -rf "$work/run"
    as_user mkdir "$work/run"
    as_user tee "$work/run/config.json" >/dev/null <<END
{"ociVersion": "1.0.0", "root": {"path": "$work/bundle/rootfs", "readonly": true}, "hostname": "small",
 "process": {"user": {"uid": 0, "gid": 0}, "cwd": "/srv", "args": ["/bin/sh", "-c", "cat /etc/debian_version; id -u"],
  "env": ["PATH=/usr/bin:/bin"]},
 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
 "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}, {"type": "ipc"}, {"type": "uts"}]}}
END
    if ! out=$(in_namespace crun --root "$work/run/state" --cgroup-manager=disabled run --bundle "$work/run" small 2>&1); then
        echo "crun does not work on this machine: $out"
        out=$(in_namespace /usr/sbin/chroot "$work/bundle/rootfs" /bin/sh -c 'cat /etc/debian_version; id -u') ||
            fail "nothing runs in the container: $out"
    fi
    grep -qE '^12\.' <<<"$out" || fail "the container says '$out'"
}

test_docker() {
    local root image reference
    settings xz
    root=$(small_root) || exit
    image=$(created docker "$root" "$work/docker") || exit
    case $image in *.docker.tar.xz) ;; *) fail "the name is $image" ;; esac
    as_user sh -c "xz -dc '$image' >'$work/docker.tar'"
    for name in example/small:1.0 example/small:latest other:1.0 third:2; do
        reference=docker-archive:$work/docker.tar:$name
        is '["/bin/bash"]' "$(config "$reference" '["config"]["Cmd"]')"
    done
    unpacked "$reference"
    same "$root" "$work/bundle/rootfs"
    twice docker "$root" "$image"
}

test_wsl() {
    local root image
    settings
    root=$(small_root) || exit
    image=$(created wsl "$root" "$work/wsl" 2>"$work/output") || { cat "$work/output"; exit 1; }
    cat "$work/output"
    grep -q '/etc/wsl.conf and no /etc/wsl-distribution.conf' "$work/output" || fail "no word about wsl.conf"
    [ "$(tar --list --file "$image" | grep -cE '^(boot|dev|sys|proc|image)(/|$)')" -eq 0 ] || fail "members too many"
    as_user rm -rf "$work/unpacked"
    as_user mkdir "$work/unpacked"
    in_namespace tar --extract --file "$image" --directory "$work/unpacked" --numeric-owner --preserve-permissions \
        --xattrs --xattrs-include='*' --exclude=srv/awkward/null --exclude=srv/awkward/full
    same "$root" "$work/unpacked" --without boot --without dev --without sys --without proc
    twice wsl "$root" "$image"
    in_namespace rm -rf "$work/unpacked"
}

# layers IMAGE: the digests of its layers, the lowest first.
layers() { as_user skopeo inspect "$1" | python3 -c 'import json,sys; print(*json.load(sys.stdin)["Layers"], sep="\n")'; }

test_derived() {
    local base root=$work/derived-root image list digest
    settings
    root=$(small_root) || exit
    base=$(created oci "$root" "$work/base") || exit
    root=$work/derived-root
    as_user rm -rf "$work/derived"
    as_user cp -r "$stage/tests/containers-derived" "$work/derived"
    as_user cp "$base" "$work/derived/base.tar"
    fresh_root "$root"
    as_user "$kiwi" --type oci system prepare --description "$work/derived" --root "$root" \
        --add-container-label org.example.added=1 --set-container-tag 3.0 || fail "preparing ended with $?"
    image=$(created oci "$root" "$work/derived-oci") || exit
    is "$(layers "oci-archive:$base")" "$(layers "oci-archive:$image" | head -n 1)"
    is 2 "$(layers "oci-archive:$image" | wc -l)"
    is '["GREETING=hello", "PATH=/usr/bin:/bin", "NEW=yes"]' "$(config "oci-archive:$image" '["config"]["Env"]')"
    is '"1"' "$(config "oci-archive:$image:example/derived:3.0" '["config"]["Labels"]["org.example.added"]')"
    unpacked "oci-archive:$image"
    same "$root" "$work/bundle/rootfs"
    digest=$(layers "oci-archive:$image" | tail -n 1)
    list=$(gzip -dc "$work/layout/blobs/${digest/://}" | tar --list)
    for name in 'with blank' secret 'new\\nline' 'not\\377\\376utf8'; do
        grep -qE "^srv/awkward/\.wh\.$name\$" <<<"$list" || fail "no whiteout of $name"
    done
    ! grep -qE '^(usr/bin/bash|etc/passwd)$' <<<"$list" || fail "unchanged files are in the layer"
    twice oci "$root" "$image"
    # Of docker's form over a base of docker's form.
    as_user skopeo --insecure-policy copy --quiet "oci-archive:$base" "docker-archive:$work/derived/docker.tar:some/base:9"
    as_user sh -c "gzip <'$work/derived/docker.tar' >'$work/derived/base.tar'"
    fresh_root "$root"
    as_user "$kiwi" --type docker system prepare --description "$work/derived" --root "$root" \
        --set-container-derived-from 'this://base.tar#some/base:9' || fail "preparing ended with $?"
    image=$(created docker "$root" "$work/derived-docker") || exit
    unpacked "docker-archive:$image:example/derived:2.0"
    same "$root" "$work/bundle/rootfs"
    fresh_root "$root"
}

# members IMAGE NUMBER: what that layer of a container, counted from 1, has.
members() {
    local digest
    digest=$(layers "oci-archive:$1" | sed -n "$2p")
    tar --extract --to-stdout --file "$1" "blobs/${digest/://}" | gzip -dc | tar --list
}

# Only the difference from a base: no layer of it, what packages brought and lost, and what they own.
test_delta() {
    local base root=$work/delta-root image list description=$work/delta
    settings
    root=$(small_root) || exit
    base=$(created oci "$root" "$work/base") || exit
    root=$work/delta-root
    as_user rm -rf "$description"
    as_user cp -r "$stage/tests/containers-derived" "$description"
    as_user cp "$base" "$description/base.tar"
    as_user sed -i -e 's,<type image="oci",& delta_root="true" provide_system_files="true" require_system_files="true",' \
        -e 's,<package name="less"/>,&<package name="hello"/>,' \
        -e 's,</image>,<packages type="delete"><package name="hello"/></packages><packages type="systemfiles"><package name="dash"/><ignore name="dash"/></packages></image>,' \
        "$description/config.xml"
    printf '#!/bin/sh\necho "in $PWD" >/overlay\n' | as_user tee "$description/config-overlay.sh" >/dev/null
    printf 'echo "on the host" >host-overlay\n' | as_user tee "$description/config-host-overlay.sh" >/dev/null
    fresh_root "$root"
    as_user "$kiwi" --type oci system prepare --description "$description" --root "$root" || fail "preparing ended with $?"
    grep -qx /usr/bin/hello "$root/removed" || fail "hello is not among the removed: $(cat "$root/removed")"
    ! grep -qE 'srv/awkward|/usr/bin/less' "$root/removed" || fail "other files are among the removed"
    grep -qx /usr/bin/less "$root/systemfiles" || fail "no less in the system files"
    ! grep -qx /bin/dash "$root/systemfiles" || fail "dash was not left out"
    image=$(created oci "$root" "$work/delta-oci") || exit
    is 1 "$(layers "oci-archive:$image" | wc -l)"
    list=$(members "$image" 1)
    for name in usr/bin/less removed systemfiles overlay host-overlay srv/awkward/new; do
        grep -qx "$name" <<<"$list" || fail "no $name in the container"
    done
    ! grep -qE '/\.wh\.|^usr/bin/(bash|hello)$' <<<"$list" || fail "whiteouts, or files of the base"
    ! as_user "$kiwi" result list --target-dir "$work/delta-oci" | grep -q image_packages || fail "a list of packages"
    fresh_root "$root"
}

# layered NAME OPTIONS...: builds $work/layers in that target with its packages in a layer of their own and prints the
# path of the container.
layered() {
    local target=$work/layers-$1
    shift
    fresh "$target"
    as_user "$kiwi" --config "$work/kiwi.yml" --type oci "$@" system build --description "$work/layers" \
        --target-dir "$target" --container-layers packages --keep-root >&2 || fail "build ended with $?"
    as_user "$kiwi" result list --target-dir "$target" | sed -n 's,^--> container: ,,p'
}

# The packages in a layer of their own: it has nothing of a machine, and stays when only the configuration changes.
test_container_layers() {
    local first second third image found list
    settings
    small_root >/dev/null || exit
    as_user rm -rf "$work/layers"
    as_user cp -r "$work/small" "$work/layers"
    as_user sed -i 's,<package name="acl"/>,&<package name="openssh-server"/>,' "$work/layers/config.xml"
    image=$(layered first) || exit
    first=$(layers "oci-archive:$image")
    is 2 "$(wc -l <<<"$first")"
    found=$(members "$image" 1 | grep -E '^(srv/awkward|image|\.profile|etc/ssh/ssh_host|var/lib/apt/lists/.*_|var/log/(dpkg\.|apt/.))' || true)
    [ -z "$found" ] || fail "in the layer of the packages: $found"
    list=$(members "$image" 1)
    grep -q '^usr/sbin/sshd$' <<<"$list" || fail "no sshd among the packages"
    found=$(members "$image" 2 | grep -E '^usr/bin/|/\.wh\.' || true)
    [ -z "$found" ] || fail "in the layer of the configuration: $found"
    unpacked "oci-archive:$image"
    same "$work/layers-first/build/image-root" "$work/bundle/rootfs"
    # Another configuration, which removes files of packages. No earlier run has made it: the order of a file's
    # attributes in the archive is that of the file system, and another one in a layer from the cache.
    printf 'rm -r /usr/share/common-licenses\nrm /usr/bin/getfacl\necho new >/srv/new\n# %s\n' "$(date +%s%N)" |
        as_user tee -a "$work/layers/config.sh" >/dev/null
    image=$(layered second) || exit
    second=$(layers "oci-archive:$image")
    is "$(head -n 1 <<<"$first")" "$(head -n 1 <<<"$second")"
    [ "$(tail -n 1 <<<"$first")" != "$(tail -n 1 <<<"$second")" ] || fail "the changed layer has the same digest"
    list=$(members "$image" 2)
    for found in usr/share/.wh.common-licenses usr/bin/.wh.getfacl srv/new; do
        grep -qxF "$found" <<<"$list" || fail "no $found in the layer of the configuration"
    done
    unpacked "oci-archive:$image"
    same "$work/layers-second/build/image-root" "$work/bundle/rootfs"
    # Made anew: the same bits.
    third=$(layered third --no-cache) || exit
    cmp "$image" "$third" || fail "the second build differs"
    # Over a base: its layer stays, and both of ours hold what differs.
    image=$(created oci "$work/small-root" "$work/base") || exit
    as_user rm -rf "$work/layers"
    as_user cp -r "$stage/tests/containers-derived" "$work/layers"
    as_user cp "$image" "$work/layers/base.tar"
    first=$(layers "oci-archive:$image")
    image=$(layered derived) || exit
    is "$first" "$(layers "oci-archive:$image" | head -n 1)"
    is 3 "$(layers "oci-archive:$image" | wc -l)"
    list=$(members "$image" 2)
    grep -qx usr/bin/less <<<"$list" || fail "no less among the packages"
    ! grep -q '^srv/awkward' <<<"$list" || fail "the configuration is among the packages"
    unpacked "oci-archive:$image"
    same "$work/layers-derived/build/image-root" "$work/bundle/rootfs"
    in_namespace rm -rf "$work/bundle"
    for found in first second third derived; do fresh "$work/layers-$found"; done
}

# fresh_root ROOT: a tree of an earlier run is gone.
fresh_root() { [ ! -e "$1" ] || as_user "$kiwi" system clean --root "$1"; }

# Base images that are not what they say.
test_hostile_base() {
    local base root name
    settings
    root=$(small_root) || exit
    base=$(created oci "$root" "$work/base") || exit
    root=$work/hostile-root
    as_user rm -rf "$work/hostile"
    as_user cp -r "$stage/tests/containers-derived" "$work/hostile"
    as_user python3 - "$base" "$work/hostile" <<'END'
import hashlib, io, json, os, sys, tarfile

source, folder = sys.argv[1:]
members = {m.name: (m, tarfile.open(source).extractfile(m)) for m in tarfile.open(source) if m.isfile()}


def blob(data):
    return 'sha256:' + hashlib.sha256(data).hexdigest()


def write(name, layer, change=None):
    """An image with this layer; `change` may alter the blobs afterwards."""
    config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {}, 'history': [],
                         'rootfs': {'type': 'layers', 'diff_ids': [blob(layer)]}}).encode()
    manifest = json.dumps({'schemaVersion': 2, 'config': {
        'mediaType': 'application/vnd.oci.image.config.v1+json', 'digest': blob(config), 'size': len(config)},
        'layers': [{'mediaType': 'application/vnd.oci.image.layer.v1.tar', 'digest': blob(layer),
                    'size': len(layer)}]}).encode()
    index = json.dumps({'schemaVersion': 2, 'manifests': [{
        'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'digest': blob(manifest),
        'size': len(manifest)}]}).encode()
    files = {'oci-layout': b'{"imageLayoutVersion":"1.0.0"}', 'index.json': index}
    for data in config, manifest, layer:
        files['blobs/' + blob(data).replace(':', '/')] = data
    if change:
        change(files, layer)
    with tarfile.open(os.path.join(folder, name), 'w') as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def layer(*entries):
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode='w') as archive:
        for name, kind, target in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.linkname = target
            archive.addfile(info)
    return output.getvalue()


FILE, LINK, SYMLINK = tarfile.REGTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE
write('absolute.tar', layer(('/etc/hostile', FILE, '')))
write('parent.tar', layer(('../hostile', FILE, '')))
write('symlink.tar', layer(('up', SYMLINK, '../../../../..'), ('up/hostile', FILE, '')))
write('hardlink.tar', layer(('link', LINK, '../../../../etc/passwd')))
write('digest.tar', layer(('a', FILE, '')),
      lambda files, layer: files.update({'blobs/' + blob(layer).replace(':', '/'): layer[:-1] + b'x'}))
END
    for name in absolute parent symlink hardlink digest; do
        fresh_root "$root"
        expect_code 1 as_user "$kiwi" --type oci system prepare --description "$work/hostile" --root "$root" \
            --set-container-derived-from "this://$name.tar"
        [ ! -e "$root" ] || fail "a tree was made from $name.tar"
    done
}

# What 'kiwi init debian-container' writes is built, and other programs read it.
test_init_container() {
    local image
    fresh "$work/init-container"
    settings
    as_user "$kiwi" init debian-container --output "$work/init-container"
    as_user "$kiwi" lint "$work/init-container"
    as_user "$kiwi" --config "$work/kiwi.yml" system build --description "$work/init-container" \
        --target-dir "$work/init-container/out" || fail "build ended with $?"
    image=$(as_user "$kiwi" result list --target-dir "$work/init-container/out" | sed -n 's,^--> container: ,,p')
    as_user skopeo inspect --config "oci-archive:$image" | grep -q '"/bin/bash"' || fail "skopeo reads something else"
}

# stashed OPTIONS...: `kiwi` with a home of its own for kept trees.
stashed() { as_user env "XDG_DATA_HOME=$work/stash/data" "$kiwi" "$@"; }

test_stash() {
    local folder=$work/stash name layers
    for name in one two; do [ ! -d "$folder/$name" ] || fresh "$folder/$name"; done
    [ ! -d "$folder/root" ] || fresh_root "$folder/root"
    rm -rf "$folder"
    as_user mkdir -p "$folder/over"
    as_user env -C "$folder" "$kiwi" init debian-container || fail "init ended with $?"
    as_user "$kiwi" system prepare --description "$folder/debian-container" --root "$folder/root" || fail "prepare ended with $?"
    stashed system stash --root "$folder/root" || fail "stash ended with $?"
    as_user "$kiwi" system update --root "$folder/root" --add-package hello || fail "update ended with $?"
    stashed system stash --root "$folder/root" || fail "the second stash ended with $?"
    stashed system stash --list | python3 -c 'import json, sys
(names,) = json.load(sys.stdin).values()
assert names == ["debian-container"], names' || fail "the list"
    layers=$(as_user skopeo inspect "oci-archive:$folder/data/kiwi/stash/debian-container/debian-container.tar" |
        python3 -c 'import json, sys; print(len(json.load(sys.stdin)["Layers"]))')
    [ "$layers" = 2 ] || fail "the stash has $layers layers"
    expect_code 2 stashed system stackbuild --stash debian --target-dir "$folder/one"
    says 'there are: debian-container'

    # Packages and configuration of another description lie over it.
    as_user tee "$folder/over/config.xml" >/dev/null <<'END'
<image schemaversion="8.5" name="over">
    <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
    <preferences><version>2.0.0</version><packagemanager>apt</packagemanager><type image="tbz"/></preferences>
    <repository type="apt-deb" alias="bookworm" distribution="bookworm" components="main"><source path="buildhost:"/></repository>
    <packages type="bootstrap"><package name="debian-archive-keyring"/></packages>
    <packages type="image"><package name="nano"/></packages>
</image>
END
    stashed system stackbuild --stash debian-container --description "$folder/over" --target-dir "$folder/one" \
        -- --add-package tree || fail "stackbuild ended with $?"
    tar -tf "$(result "$folder/one" root_archive)" >"$folder/members"
    for name in bin/hello bin/nano bin/tree bin/less; do grep -q "^\(./\)*usr/$name\$" "$folder/members" || fail "no $name"; done
    # The tree as it is, by its own description.
    stashed system stackbuild --stash debian-container --target-dir "$folder/two" || fail "stackbuild of the tree ended with $?"
    grep -q '^hello|' "$(result "$folder/two" image_packages)" || fail "the second layer is not in the container"
    expect_code 2 stashed system stackbuild --stash debian-container --target-dir "$folder/two"
    says 'system clean'
}
