# Read by bin/demo and bin/test, not run: how this folder gets an environment of its own.
#
# POSIX sh only. Expects $root, the project's folder. Gives $python, the environment's interpreter.
# Everything it writes lies in $root/.venv.

venv=$root/.venv
python=$venv/bin/python

say() { printf '%s\n' "$@"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Prints the first Python that is new enough. PYTHON names one to be taken before all others.
find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13 python3.14 python
    do
        command -v "$candidate" > /dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

explain_no_python() {
    if command -v python3 > /dev/null 2>&1; then
        say "Python 3.11 or newer is needed; python3 here is $(python3 -V 2>&1)."
    else
        say "Python 3.11 or newer is needed, and no python3 is here."
    fi
    say "On Debian 12, Ubuntu 24.04 and later: apt-get install python3 python3-venv"
    say "If one is installed elsewhere: PYTHON=/path/to/python3.11 $0"
}

# make_environment LOCK: after it, exactly what the lock file pins can be imported. Takes seconds
# when nothing changed: a stamp tells which lock was installed, and at which place.
make_environment() {
    lock=$root/requirements/$1.txt
    stamp=$venv/made-from-$1
    wanted="$(cksum < "$lock") $root"
    if [ -x "$venv/bin/lms" ] && [ "$(cat "$stamp" 2> /dev/null)" = "$wanted" ] &&
        "$python" -c '' 2> /dev/null; then
        return 0
    fi
    create_environment
    say "Installing what requirements/$1.txt pins, each file checked by its hash ..."
    rm -f "$stamp"
    mkdir -p "$venv/tmp"
    TMPDIR=$venv/tmp "$python" -m pip install --quiet --quiet --no-cache-dir --no-input \
        --disable-pip-version-check --only-binary :all: --require-hashes -r "$lock" ||
        fail "The packages could not be installed; pip said why above.
This step, and no later one, needs the network or a mirror named in pip's own settings. Only ready
built packages are taken: docs/operations.md lists the systems that have all of them."
    rm -rf "$venv/tmp"
    write_command
    printf '%s\n' "$wanted" > "$stamp"
}

# An environment that was moved, or whose Python is gone, cannot be mended: it is made again.
create_environment() {
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null &&
        "$python" -m pip --version > /dev/null 2>&1 &&
        [ "$("$python" -c 'import sys; print(sys.prefix)')" = "$venv" ]; then
        return 0
    fi
    base=$(find_python) || fail "$(explain_no_python)"
    version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$base" -c 'import venv, ensurepip' 2> /dev/null ||
        fail "The venv module of Python $version ($base) is missing.
On Debian and Ubuntu: apt-get install python$version-venv"
    say "Making an environment with Python $version in .venv ..."
    rm -rf "$venv"
    "$base" -m venv "$venv" || fail "The environment could not be made in $venv."
}

# The command `lms`, and the project's folder on the path of this environment. Two small files
# rather than an installed package: nothing needs to be built, and a changed file is in force.
write_command() {
    packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$root" > "$packages/observer-lms.pth"
    # Through sh, because a #! line holds neither a long path nor one with spaces.
    {
        printf '%s\n' '#!/bin/sh'
        printf '%s\n' "'''exec' \"$python\" \"\$0\" \"\$@\""
        printf '%s\n' "' '''"
        printf '%s\n' 'import runpy' 'runpy.run_module("lms", run_name="__main__")'
    } > "$venv/bin/lms.new"
    chmod 755 "$venv/bin/lms.new"
    mv "$venv/bin/lms.new" "$venv/bin/lms"
}
