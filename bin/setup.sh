# Sourced by bin/dev and bin/test: installs constraints.txt into .venv if it has changed.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Bookshop needs Python 3.11 or newer. Set PYTHON to its path." >&2
    exit 1
}
stamp=.venv/installed
if ! cmp -s constraints.txt "$stamp"; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    echo "Installing into .venv …" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    cp constraints.txt "$stamp"
fi
