# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Containers over images of registries, which run here as the ordinary user.

# free_port: one that nobody listens to.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# registry NAME PORT CONFIGURATION: starts one; `registries_end` ends all of this test.
registry() {
    local folder=$work/registry/$1
    as_user mkdir -p "$folder/data"
    as_user tee "$folder/config.yml" >/dev/null <<END
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: "$folder/data"}}
http:
  addr: 127.0.0.1:$2
$3
END
    as_user sh -c 'echo $$ >"$1/pid"; exec docker-registry serve "$1/config.yml"' _ "$folder" >"$folder.log" 2>&1 &
    for _ in {1..50}; do
        (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return
        sleep 0.2
    done
    fail "the registry does not start: $(cat "$folder.log")"
}

registries_end() {
    local pid
    for pid in "$work"/registry/*/pid; do [ ! -f "$pid" ] || kill "$(cat "$pid")" || true; done
}

# bcrypt PASSWORD: as registries want it.
bcrypt() { python3 -W ignore -c 'import crypt, sys; print(crypt.crypt(sys.argv[1], crypt.mksalt(crypt.METHOD_BLOWFISH)))' "$1"; }

# credentials FILE HOST USER PASSWORD: a file as 'skopeo login' writes it.
credentials() {
    printf '{"auths": {"%s": {"auth": "%s"}}}\n' "$2" "$(printf '%s:%s' "$3" "$4" | base64)" | as_user tee "$1" >/dev/null
}

# over IMAGE OPTIONS...: prepares a container over an image; `as_caller` is the environment of who calls.
over() {
    local image=$1
    shift
    fresh_root "$work/registry/root"
    as_user env "HOME=$work/registry/home" "XDG_CACHE_HOME=$(getent passwd "$user" | cut -d: -f6)/.cache" "${as_caller[@]}" \
        "$kiwi" --type oci system prepare --description "$work/registry/derived" --root "$work/registry/root" \
        --set-container-derived-from "$image" "$@"
}

# refused IMAGE TEXT OPTIONS...: that base image cannot be fetched, and one line says why and what to do.
refused() {
    local image=$1 text=$2
    shift 2
    expect_code 1 over "$image" "$@"
    says "$text"
    says 'the base image'
    [ ! -e "$work/registry/root" ] || fail "a tree was made"
}

# kept_is BASE: the tree keeps the layers of this image, which are its base.
kept_is() {
    is "$(layers "oci-archive:$1")" "$(in_namespace skopeo inspect "oci-archive:$work/registry/root/image/imported_root" |
        python3 -c 'import json,sys; print(*json.load(sys.stdin)["Layers"], sep="\n")')"
}

test_registry() {
    local folder=$work/registry root base plain secure as_caller=() password=very-secret-word found
    settings
    root=$(small_root) || exit
    base=$(created oci "$root" "$work/base") || exit
    fresh_root "$folder/root"
    as_user rm -rf "$folder"
    as_user mkdir -p "$folder/home" "$folder/tls"
    as_user cp -r "$stage/tests/containers-derived" "$folder/derived"
    plain=$(free_port)
    secure=$(free_port)
    trap registries_end EXIT

    # An authority of its own, and a host that has its certificate.
    as_user openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Test authority' \
        -keyout "$folder/tls/ca.key" -out "$folder/tls/ca.crt" 2>/dev/null
    as_user openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$folder/tls/host.key" \
        -out "$folder/tls/host.csr" 2>/dev/null
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' | as_user tee "$folder/tls/ext" >/dev/null
    as_user openssl x509 -req -days 2 -in "$folder/tls/host.csr" -CA "$folder/tls/ca.crt" -CAkey "$folder/tls/ca.key" \
        -CAcreateserial -extfile "$folder/tls/ext" -out "$folder/tls/host.crt" 2>/dev/null
    as_user mkdir "$folder/certificates"
    as_user cp "$folder/tls/ca.crt" "$folder/certificates/"
    printf 'somebody:%s\n' "$(bcrypt "$password")" | as_user tee "$folder/htpasswd" >/dev/null
    registry plain "$plain" ''
    registry secure "$secure" "  tls: {certificate: $folder/tls/host.crt, key: $folder/tls/host.key}
auth: {htpasswd: {realm: test, path: $folder/htpasswd}}"
    as_user skopeo --insecure-policy copy --quiet --dest-tls-verify=false "oci-archive:$base" "docker://localhost:$plain/some/base:1"
    as_user skopeo --insecure-policy copy --quiet --dest-cert-dir "$folder/certificates" --dest-creds "somebody:$password" \
        "oci-archive:$base" "docker://localhost:$secure/some/base:1"

    # What is wrong is said in one line.
    refused "docker://localhost:$plain/some/base:1" 'insecure = true'
    refused "docker://localhost:$secure/some/base:1" '--cert-dir'
    refused "docker://localhost:$secure/some/base:1" '--authfile' --cert-dir "$folder/certificates"
    credentials "$folder/wrong.json" "localhost:$secure" somebody wrong
    refused "docker://localhost:$secure/some/base:1" 'refused the credentials' --cert-dir "$folder/certificates" \
        --authfile "$folder/wrong.json"
    credentials "$folder/auth.json" "localhost:$secure" somebody "$password"
    for found in some/base:2 other/base:1; do
        refused "docker://localhost:$secure/$found" 'no such image or tag' --cert-dir "$folder/certificates" \
            --authfile "$folder/auth.json"
    done
    refused "docker://localhost:$(free_port)/some/base:1" 'does not answer'
    refused 'docker://nowhere.invalid/some/base:1' 'has no address'
    expect_code 3 over "docker://somebody:$password@localhost:$secure/some/base:1"
    says 'skopeo login'
    expect_code 2 over "docker://localhost:$secure/some/base:1" --authfile "$folder/none.json"

    # By options, then by what skopeo and podman know.
    over "docker://localhost:$secure/some/base:1" --cert-dir "$folder/certificates" --authfile "$folder/auth.json" ||
        fail "preparing ended with $?"
    kept_is "$base"
    as_caller=("REGISTRY_AUTH_FILE=$folder/auth.json")
    as_user mkdir -p "$folder/home/.config/containers/certs.d/localhost:$secure"
    as_user cp "$folder/tls/ca.crt" "$folder/home/.config/containers/certs.d/localhost:$secure/"
    over "docker://localhost:$secure/some/base:1" || fail "preparing ended with $?"
    kept_is "$base"
    as_caller=()
    as_user cp "$folder/auth.json" "$folder/home/.config/containers/auth.json"
    printf '[[registry]]\nlocation = "localhost:%s"\ninsecure = true\n' "$plain" |
        as_user tee "$folder/home/.config/containers/registries.conf" >/dev/null
    # A base from each: the layers of both are there.
    over "docker://localhost:$plain/some/base:1,docker://localhost:$secure/some/base:1" || fail "preparing ended with $?"
    is 2 "$(in_namespace skopeo inspect "oci-archive:$folder/root/image/imported_root" |
        python3 -c 'import json,sys; print(len(json.load(sys.stdin)["Layers"]))')"

    # The password is nowhere: not in the tree, its log, the cache, nor what was printed.
    for found in "$password" "$(printf 'somebody:%s' "$password" | base64)"; do
        ! in_namespace grep -rqsF -- "$found" "$folder/root" "$folder"/root*.log "$stage/output" || fail "the password is in the tree or its log"
        ! in_namespace grep -rqsF --include='*.json' -- "$found" "$(getent passwd "$user" | cut -d: -f6)/.cache/kiwi/steps" ||
            fail "the password is in the cache"
    done
    fresh_root "$folder/root"
}

# shared_build NAME OPTIONS...: a build with an empty cache of its own, by `as_caller`; prints the checksum of its ISO.
shared_build() {
    local target=$work/shared-$1 cache=$work/shared-$1-cache
    fresh "$target"
    as_user "$kiwi" cache prune --all --shared-cache-dir "$cache" >/dev/null
    as_user env "${as_caller[@]}" "$kiwi" --profile overlay --shared-cache-dir "$cache" "${@:2}" system build \
        --description "$stage/tests/live" --target-dir "$target" >"$target.log" 2>&1 ||
        fail "build $1 ended with $?: $(tail -n 20 "$target.log")"
    checksum "$(result "$target" live_image)"
}

# is_shared NAME PLACE: nothing that takes long was made again.
is_shared() {
    local step
    for step in layer.bootstrap layer.packages layer.configuration payload initrd; do
        grep -qF "$step comes from $2" "$work/shared-$1.log" || fail "$step was made again"
    done
}

# Two caches get each other's layers by a folder and by a registry: the same bits. A damaged layer is refused and
# replaced; a place that is not there costs a warning.
test_shared_cache() {
    local shared=$work/shared-cache port first second blob place as_caller=(TZ=UTC)
    as_user rm -rf "$shared" "$work/registry"
    as_user mkdir -p "$shared" "$work/registry/home/.config/containers"
    first=$(shared_build first --cache-to "$shared") || exit
    second=$(shared_build second --cache-from "$shared") || exit
    [ "$first" = "$second" ] || fail "the shared cache changed the result"
    is_shared second "$shared"
    blob=$(find "$shared/blobs/sha256" -type f -printf '%s %p\n' | sort -rn | sed -n '1s/^[0-9]* //p')
    printf 'damaged' | as_user dd of="$blob" conv=notrunc bs=1 seek=100000 status=none
    second=$(shared_build second --cache-from "$shared" --cache-to "$shared") || exit
    [ "$first" = "$second" ] || fail "damage changed the result"
    grep -q "of $shared is refused and made here: .*not what its digest says" "$work/shared-second.log" ||
        fail "the damage was not seen"
    second=$(shared_build second --cache-from "$shared") || exit
    is_shared second "$shared"
    [ -z "$(ls "$shared/incoming")" ] || fail "something is left"
    as_user "$kiwi" cache list --shared "$shared" | grep -q layer.packages || fail "the list"
    as_user "$kiwi" cache prune --shared "$shared" --all >/dev/null || fail "prune ended with $?"
    [ -z "$(ls "$shared/entries")" ] || fail "prune left an entry"
    # Parts without an entry stay for an hour: those of the damaged one, its layer and its configuration.
    [ "$(find "$shared/blobs" -type f | wc -l)" -le 2 ] || fail "prune left more than the damaged entry had"

    trap registries_end EXIT
    port=$(free_port)
    registry cache "$port" ''
    place=docker://localhost:$port/kiwi/cache
    printf '[[registry]]\nlocation = "localhost:%s"\ninsecure = true\n' "$port" |
        as_user tee "$work/registry/home/.config/containers/registries.conf" >/dev/null
    as_caller=("HOME=$work/registry/home")
    second=$(shared_build first --cache-to "$place") || exit
    [ "$first" = "$second" ] || fail "another result"
    second=$(shared_build second --cache-from "docker://localhost:$(free_port)/none" --cache-from "$place") || exit
    [ "$first" = "$second" ] || fail "the registry changed the result"
    is_shared second "$place"
    grep -q 'is not used: its registry does not answer' "$work/shared-second.log" || fail "no warning"
}
