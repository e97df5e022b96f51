"""What the scripts that write packages share: files of a folder, in an order and with times that depend on nothing but them."""
import pathlib, subprocess

root = pathlib.Path(__file__).resolve().parent.parent


def run(*command): return subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stdout.strip()


def version(): return run("Packaging/version")


def epoch(): return int(run("Packaging/epoch"))


def files(folder):
    """The files under a folder as (path inside, path), sorted; links count as what they point to."""
    folder = pathlib.Path(folder)
    found = [path for path in folder.rglob("*") if path.is_file()]
    return sorted((path.relative_to(folder).as_posix(), path) for path in found)


def is_program(name): return name.split("/")[-2:-1] == ["bin"] or name in ("install", "uninstall")
