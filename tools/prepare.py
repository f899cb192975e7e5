"""Makes the environment: a venv, the locked packages by hash, and this project in it.

Run by `make setup` with any Python 3.11 or newer; uses the standard library only. What stands in the way is named
with its way out, and nothing half made is taken for ready: the stamp is written last.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys
import time

LOCK = pathlib.Path("requirements.lock")
LOG = "prepare.log"
PACKAGES = ("schemas", "scorer", "streams")
UNREACHABLE = ("ConnectionError", "Temporary failure", "timed out", "ProxyError", "Max retries", "from versions: none")
"""What pip says where it cannot reach the index."""


def fail(message: str) -> None:
    """Say what is wrong and stop."""
    sys.stdout.flush()
    sys.exit(f"\nsetup stopped: {message}")


def make_venv(venv: pathlib.Path) -> None:
    """Make the venv, or keep the one that is there if it is of this Python."""
    python = venv / "bin" / "python"
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    if python.exists():
        told = "import sys; print('%d.%d' % sys.version_info[:2])"
        found = subprocess.run([python, "-c", told], capture_output=True, text=True, check=False)
        if found.stdout.strip() == wanted:
            return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        fail(
            f"Python {wanted} ({sys.executable}) has no venv module. Debian, Ubuntu: apt install python{wanted}-venv. "
            "Or name another Python: make PYTHON=/path/to/python3.12 setup"
        )
    print(f"[1/3] making {venv} with Python {wanted} ({sys.executable})", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", venv], capture_output=True, text=True, check=False)
    if made.returncode:
        fail(f"{sys.executable} could not make {venv}: {made.stdout.strip()} {made.stderr.strip()}")


def install_locked(venv: pathlib.Path) -> None:
    """Install what the lock file names and nothing else, telling each package as it comes; the log stays in the venv.

    pip resolves nothing: the lock file holds all there is. Left to ask for what packages want, older ones (23.0) take a
    version that came out later for an extra (`coverage[toml]`), and refuse it because nothing pins it.
    """
    count = sum(1 for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line and line[0].isalnum())
    print(f"[2/3] installing up to {count} packages from {LOCK}, each checked by its hash", flush=True)
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    command += ["-r", str(LOCK)]
    lines: list[str] = []
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
                tell(f"      {seen:3}  {line.removeprefix('Collecting ').split('==')[0].strip()}")
            elif line.startswith("Installing collected"):
                tell("      unpacking")
    tell("")
    (venv / LOG).write_text("".join(lines), encoding="utf-8")
    if pip.returncode:
        explain_pip("".join(lines[-25:]), venv)


def tell(text: str) -> None:
    """Show progress: on a terminal in one line that changes, elsewhere only every tenth package."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif (words := text.split()) and (not words[0].isdigit() or int(words[0]) % 10 == 0):
        print(text, flush=True)


def explain_pip(tail: str, venv: pathlib.Path) -> None:
    """Name the way out of what pip says."""
    print(tail, file=sys.stderr)
    if any(sign in tail for sign in UNREACHABLE):
        fail(
            "the package index could not be reached. With a network, run it again (it goes on where it was). Behind a "
            "mirror set PIP_INDEX_URL; with a folder of wheels set PIP_NO_INDEX=1 and PIP_FIND_LINKS=FOLDER."
        )
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in tail:
        fail(f"a package is not the one that {LOCK} names. Do not go on: report it, or run make lock to accept it.")
    if "No space left" in tail:
        fail("the disk is full; the environment needs about 600 MB.")
    fail(f"pip failed; its last lines are above and all of them in {venv / LOG}.")


def install_project(venv: pathlib.Path) -> None:
    """Put this project in the environment, editable, from what is already there (no network)."""
    print("[3/3] installing leadstream itself", flush=True)
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index"]
    command += ["--disable-pip-version-check", "-q", "-e", "."]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        fail(f"leadstream could not be installed: {done.stdout}{done.stderr}")
    command = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "check"]
    whole = subprocess.run(command, capture_output=True, text=True, check=False)
    if whole.returncode:
        fail(f"{LOCK} does not hold all that is needed; make lock writes it anew:\n{whole.stdout}{whole.stderr}")
    # Where PYTHONDONTWRITEBYTECODE is set, each start would compile it anew: a third of what a short command takes.
    subprocess.run([venv / "bin" / "python", "-m", "compileall", "-q", *PACKAGES], check=False)


def main(venv: pathlib.Path, stamp: pathlib.Path) -> None:
    """Do the three steps; a stamp that is newer than the lock file says that they need not be done again."""
    os.environ["PIP_REQUIRE_VIRTUALENV"] = "0"
    begun = time.monotonic()
    make_venv(venv)
    install_locked(venv)
    install_project(venv)
    stamp.write_text(sys.version + "\n", encoding="utf-8")
    print(f"ready in {time.monotonic() - begun:.0f} s: {venv / 'bin' / 'leadstream'} --help", flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
