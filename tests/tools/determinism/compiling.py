"""Compiles everything with some Python in some surroundings."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from support.schemas import OVERLAYS, PACKAGE, ROOT, tree
from support.unprivileged import ordinary
from tools.determinism.surroundings import Place, Surroundings

Files = dict[str, bytes]

SAME = "same"
LAB_LOSSES = ("grouped_vae.overlay.json", "grouped_vae_lab.overlay.json")


class Failure(Exception):
    """The compiler ended with an error, or what it wrote has other modes than files have there."""


def written(python: str, surroundings: Surroundings, work: Path) -> Files:
    """What `generate` and `compile` write, by their folder and name; `work` is empty before.

    Raises:
        Failure: one of them fails.
    """
    place = _place(surroundings, work)
    out = work / "out"
    overlays = [str(place.checkout / "overlays" / name) for name in LAB_LOSSES]
    package = ("--package", "lab_losses", "--out", str(out / "compile"))
    for command in (("generate", "--out", str(out / "generate")), ("compile", *overlays, *package)):
        _run((python, *surroundings.python, "-m", "loss_compiler", *command), surroundings, place)
    for path in out.rglob("*"):
        mode = (0o777 if path.is_dir() else 0o666) & ~surroundings.umask
        if path.stat().st_mode & 0o777 != mode:
            raise Failure(f"{path.relative_to(out)} has another mode than {mode:o}")
    return tree(out)


def _place(surroundings: Surroundings, work: Path) -> Place:
    place = Place(work / surroundings.checkout, work / surroundings.start, work / "home")
    for name in ("schema", "templates"):
        shutil.copytree(ROOT / name, place.checkout / name, ignore=lambda *_: ["__pycache__"])
    shutil.copytree(OVERLAYS, place.checkout / "overlays")
    for folder in (place.start, place.home):
        folder.mkdir(parents=True, exist_ok=True)
    surroundings.prepare(place)
    return place


def _run(command: tuple[str, ...], surroundings: Surroundings, place: Place) -> None:
    variables = {"HOME": str(place.home), **surroundings.variables}
    sources = (variables.get("PYTHONPATH"), str(place.checkout / "schema"))
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, sources))
    environment = {
        key: each for key, each in os.environ.items() if not key.startswith(("PYTHON", "XDG_"))
    }
    done = subprocess.run(
        command,
        cwd=place.start,
        env=environment | variables,
        umask=surroundings.umask,
        preexec_fn=ordinary,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0 or done.stderr:
        raise Failure(f"ended with {done.returncode}: {done.stderr.decode(errors='replace')}")


def expected(committed: Path, lab_losses: Files) -> Files:
    """What `written` has to return: the package that is committed, and one made of overlays."""
    generated = {f"generate/{PACKAGE}/{name}": each for name, each in tree(committed).items()}
    return {
        **{name: each for name, each in generated.items() if "/__pycache__/" not in name},
        **{f"compile/lab_losses/{name}": each for name, each in lab_losses.items()},
    }


def verdict(python: str, surroundings: Surroundings, expected: Files, work: Path) -> str:
    """SAME, or how what is written there differs from what is expected."""
    try:
        files = written(python, surroundings, work)
    except Failure as failure:
        return str(failure)
    names = sorted(
        name for name in files.keys() | expected.keys() if files.get(name) != expected.get(name)
    )
    return f"{len(names)} files differ: {', '.join(names)}" if names else SAME
