# Read by bin/test, not run: what the tests need from the system, and a PostgreSQL of their own.
#
# POSIX sh only. Expects $python, say and fail.

# Prints what is missing, as names of Debian packages. need_of QUICK
missing_packages() {
    "$python" -c 'import pyzbar.pyzbar' 2> /dev/null || printf ' libzbar0'
    command -v pdftoppm > /dev/null 2>&1 && command -v pdftotext > /dev/null 2>&1 ||
        printf ' poppler-utils'
    [ "$1" = no ] || return 0
    find_chromium > /dev/null || printf ' chromium'
    [ -n "$(fc-list :lang=kk family 2> /dev/null)" ] || printf ' fontconfig fonts-dejavu-core'
    find_postgres > /dev/null || printf ' postgresql'
}

find_chromium() {
    for browser in ${LMS_CHROMIUM:+"$LMS_CHROMIUM"} chromium chromium-browser google-chrome; do
        # Asked for its version, since a name alone may be the stub of another way of packaging.
        if command -v "$browser" > /dev/null 2>&1 && "$browser" --version > /dev/null 2>&1; then
            command -v "$browser"
            return 0
        fi
    done
    return 1
}

# Prints the folder of initdb and pg_ctl; Debian keeps them off the path, one folder per version.
find_postgres() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -t / -k 5 -n -r); do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
            say "$folder"
            return 0
        fi
    done
    if command -v initdb > /dev/null 2>&1 && command -v pg_ctl > /dev/null 2>&1; then
        dirname -- "$(command -v initdb)"
        return 0
    fi
    return 1
}

need_system_packages() {
    missing=$(missing_packages "$1")
    if [ -n "$missing" ]; then
        may=
        if command -v apt-get > /dev/null 2>&1; then
            if [ "$(id -u)" = 0 ]; then
                may=env
            elif command -v sudo > /dev/null 2>&1 && sudo -n true 2> /dev/null; then
                may="sudo -n env"
            fi
        fi
        if [ -n "$may" ]; then
            say "Installing with apt-get:$missing"
            # shellcheck disable=SC2086  # words on purpose
            $may DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
                $may DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
                    --no-install-recommends $missing > /dev/null || :
            missing=$(missing_packages "$1")
        fi
    fi
    [ -z "$missing" ] || fail "The tests need what is not installed here; the Debian packages are:$missing
Install them (apt-get install$missing), or run bin/test --quick, which does without browser and PostgreSQL."
    if [ "$1" = no ]; then
        LMS_CHROMIUM=$(find_chromium)
        export LMS_CHROMIUM
    fi
}

# start_postgres: a server of our own on a free port; sets $postgres_url and $cluster.
# initdb refuses to work for root, so root lends it to a user without rights. Its password is asked
# for by md5: every test makes connections of its own, and SCRAM is made to take time.
start_postgres() {
    binaries=$(find_postgres)
    # In memory where there is a gigabyte to spare: it waits for the disk at every commit, as it must.
    room=/tmp
    spare=$(df -Pk /dev/shm 2> /dev/null | awk 'NR == 2 { print $4 }')
    if [ "${spare:-0}" -gt 1000000 ] && [ -w /dev/shm ]; then room=/dev/shm; fi
    cluster=$(mktemp -d "$room/lms-postgres.XXXXXX")
    owner=
    if [ "$(id -u)" = 0 ]; then
        owner=nobody
        ! id postgres > /dev/null 2>&1 || owner=postgres
    fi
    port=$("$python" -c '
import socket
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    print(free.getsockname()[1])')
    secret=$("$python" -c 'import secrets; print(secrets.token_hex(16))')
    printf '%s\n' "$secret" > "$cluster/secret"
    [ -z "$owner" ] || chown -R "$owner" "$cluster"
    as_owner "'$binaries/initdb' -D data -U lms -E UTF8 --locale=C -A md5 \
        --pwfile=secret > log 2>&1" || fail "$(cat "$cluster/log")"
    as_owner "cat >> data/postgresql.conf" << END
port = $port
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
END
    as_owner "'$binaries/pg_ctl' -D data -l log -w -s start > /dev/null 2>&1" ||
        fail "PostgreSQL did not start:
$(tail -n 20 "$cluster/log")"
    postgres_url="postgresql://lms:$secret@127.0.0.1:$port/postgres"
}

stop_postgres() {
    [ -z "$cluster" ] || as_owner "'$binaries/pg_ctl' -D data -m immediate -s stop 2> /dev/null" || :
    rm -rf "$cluster"
    cluster=
}

as_owner() {
    if [ -n "$owner" ]; then
        su -s /bin/sh "$owner" -c "cd '$cluster' && $1"
    else
        (cd "$cluster" && sh -c "$1")
    fi
}
