#!/bin/sh
# Prints the path of a Python that leadstream runs on (3.11 to 3.14); else says how to get one. Of several it is the
# quickest, and the newest where they are alike: one that was built without its compiler's profiles takes up to half as
# long again, and looks like any other.
# Each candidate is run, not only looked up: a pyenv shim exists for versions that are not switched on.
# PYTHON names the one to use. SYSTEM is where the system has its own, which may be off the PATH, or behind another.

is_right() {
    # It has to say so: a program that is no Python may well take any argument and end without an error.
    [ "$("$1" -c 'import sys; print((3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null)" = True ]
}

if [ -n "${PYTHON:-}" ]; then
    if is_right "$PYTHON"; then
        echo "$PYTHON"
        exit 0
    fi
    echo "PYTHON=$PYTHON is not a Python 3.11 to 3.14 that runs. Name another, or unset PYTHON to let make look for one." >&2
    exit 1
fi

system=${SYSTEM-/usr/bin}
chosen= chosen_takes=
for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
    for candidate in "$name" "$system/$name"; do
        command -v "$candidate" >/dev/null 2>&1 && is_right "$candidate" || continue
        path=$("$candidate" -c 'import sys; print(sys.executable)')
        takes=$("$candidate" "${0%/*}/quickness.py" 2>/dev/null)
        if [ -z "$chosen" ] || [ "$((${takes:-999999} * 100))" -lt "$((chosen_takes * 85))" ]; then
            chosen=$path chosen_takes=${takes:-999999}
        fi
    done
done
if [ -n "$chosen" ]; then
    echo "$chosen"
    exit 0
fi

echo "leadstream needs Python 3.11, 3.12, 3.13 or 3.14 and found none (python3 here: $(python3 --version 2>/dev/null || echo none))." >&2
echo "Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python; or pyenv, or uv python install)," >&2
echo "or say where it is: make PYTHON=/path/to/python3.12 ..." >&2
exit 1
