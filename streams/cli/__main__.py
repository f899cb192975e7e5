"""`leadstream`, the program: decides which modules it runs on, then does what the command line says.

`python -m streams.cli` is the same, for where the script is not on the path.
"""

from importlib import import_module

from streams.compiled import use


def begin() -> None:
    """Run the process's command line, and end it. Whether on compiled modules is known before any is loaded."""
    use()
    import_module("streams.cli.main").run()


if __name__ == "__main__":
    begin()
