# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# A tree with many files and a large hole as every archive, container and file system.

# large_root: prepares it once and prints its path.
large_root() {
    local description=$work/large root=$work/large-root
    if ! [ -d "$root" ]; then
        small_root >/dev/null || exit
        as_user rm -rf "$description"
        as_user cp -r "$work/small" "$description"
        as_user tee -a "$description/config.sh" >/dev/null <<'END'
# 100,000 files in 1,000 folders, links between them, sockets, long names, and 5 GiB of almost nothing.
perl -e '
    use Socket;
    for my $folder (0 .. 999) {
        my $place = sprintf("many/%d/%s", $folder % 10, $folder % 7 ? "folder $folder" : "folder\xff$folder");
        mkdir "many"; mkdir "many/" . $folder % 10; mkdir $place or die $!;
        for my $file (0 .. 99) {
            open(my $output, ">", "$place/$file") or die $!;
            print $output $file % 3 ? "$folder/$file\n" x ($file * 3) : "";
        }
        link("$place/7", "many/link $folder") or die $!;
        symlink("../$folder", "$place/symlink");
    }
    open(my $output, ">", "many/" . "n" x 254 . "\xfe") or die $!;
    socket(my $socket, PF_UNIX, SOCK_STREAM, 0) or die $!;
    bind($socket, sockaddr_un("many/socket")) or die $!;
'
truncate -s 5G holes
printf begin | dd of=holes conv=notrunc status=none
printf middle | dd of=holes conv=notrunc bs=1M seek=3000 status=none
printf end >>holes
END
        as_user "$kiwi" --type tbz system prepare --description "$description" --root "$root" >&2 ||
            fail "preparing the tree ended with $?"
    fi
    echo "$root"
}

# measured COMMAND...: runs it, and says its time and the memory of its largest process.
measured() {
    python3 - "$@" <<'END'
import resource, subprocess, sys, time
start = time.time()
code = subprocess.run(sys.argv[1:]).returncode
print(f'MEASURED {time.time() - start:.1f} s, {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10} MiB', file=sys.stderr)
sys.exit(code)
END
}

# large TYPE: makes that image of the tree and sets `image`.
large() {
    echo "$1:" >&2
    fresh "$work/large-out"
    measured "$here/as-user.sh" "$user" "$kiwi" --config "$work/kiwi.yml" --no-cache --type "$1" system create \
        --root "$work/large-root" --target-dir "$work/large-out" || fail "creating $1 ended with $?"
    image=$(as_user "$kiwi" result list --target-dir "$work/large-out" |
        sed -nE 's,^[^a-z]*(root_archive|container|filesystem_image):? [^/]*,,p')
    ls -ls "$image" >&2
}

# untar ARCHIVE: into $work/unpacked.
untar() {
    in_namespace tar --extract --file "$1" --directory "$work/unpacked" --numeric-owner --preserve-permissions \
        --xattrs --xattrs-include='*' --exclude=srv/awkward/null --exclude=srv/awkward/full
}

# disk_use LIMIT: the image takes no more MiB than this, as its holes take nothing.
disk_use() { [ "$(du -m "$image" | cut -f1)" -le "$1" ] || fail "the image takes $(du -m "$image")"; }

test_large_tree() {
    local root image type layer
    settings
    root=$(large_root) || exit
    as_user rm -rf "$work/unpacked"

    # Of the container only the layer is unpacked: umoci would write out the hole.
    for type in tbz oci wsl; do
        large $type
        disk_use 200
        as_user mkdir "$work/unpacked"
        case $type in
        oci)
            layer=$(layers "oci-archive:$image")
            tar --extract --to-stdout --file "$image" "blobs/${layer/://}" | as_user tee "$work/layer.tar.gz" >/dev/null
            untar "$work/layer.tar.gz"
            same "$root" "$work/unpacked"
            as_user rm "$work/layer.tar.gz"
            ;;
        wsl)
            untar "$image"
            same "$root" "$work/unpacked" --without boot --without dev --without sys --without proc
            ;;
        *)
            untar "$image"
            same "$root" "$work/unpacked"
            ;;
        esac
        in_namespace rm -rf "$work/unpacked"
    done

    large squashfs
    disk_use 200
    in_namespace unsquashfs -q -n -d "$work/unpacked" "$image" || [ $? -eq 2 ] || fail "unsquashfs cannot read it"
    in_namespace rm -f "$work/unpacked/srv/awkward/null" "$work/unpacked/srv/awkward/full"
    same "$root" "$work/unpacked" --without srv/awkward/accessible --without srv/awkward/other
    in_namespace rm -rf "$work/unpacked"

    large ext4
    disk_use 700
    e2fsck -fn "$image" || fail "e2fsck complains"
    if copied "$image" "$work/unpacked"; then
        same "$root" "$work/unpacked"
        in_namespace rm -rf "$work/unpacked"
    fi

    # A header of cpio has no room for such a size.
    fresh "$work/large-out"
    expect_code 1 as_user "$kiwi" --config "$work/kiwi.yml" --type cpio system create --root "$root" --target-dir "$work/large-out"
    says 'a cpio archive holds files of at most'
    in_namespace rm "$root/srv/awkward/holes"
    large cpio
    as_user mkdir "$work/unpacked"
    in_namespace bsdtar -xpf "$image" -C "$work/unpacked" --numeric-owner \
        --exclude srv/awkward/null --exclude srv/awkward/full || true
    same "$root" "$work/unpacked" --ignore attributes --without srv/awkward/accessible
    in_namespace rm -rf "$work/unpacked"
    fresh_root "$root"
}
