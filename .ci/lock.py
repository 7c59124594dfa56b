"""Lock what each dependency group of pyproject.toml installs, with hashes: `nox -s lock`."""

from __future__ import annotations

import difflib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import tomllib
from packaging.dependency_groups import CyclicDependencyGroup, resolve_dependency_groups
from packaging.errors import ExceptionGroup
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent

ALONE = "stable-audio-tools-"
"""How groups begin that are installed without what they need; their pins stay what they are."""

LOWEST = "lowest"
"""The group whose pins are the ends of ranges: they stay, and other groups have other releases."""

BY_PLATFORM = re.compile(r"torch|triton|(cuda|nvidia)-.+")
"""torch and what some builds of it need: pip takes the build that suits the machine."""

ENTRY = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; [^\\\n]+)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    r"(?P<reasons>(?:    #.*\n)+)"
)
"""A package in a lock, as uv writes it."""


class Project:
    """A pyproject.toml and its locks: one for each dependency group.

    Raises:
        click.ClickException: the file is no TOML, or its groups can't be resolved.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "pyproject.toml"
        self.locks = folder / ".ci" / "locks"
        try:
            content: Mapping[str, Any] = tomllib.loads(self.file.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise click.ClickException(f"{self.file}: expected TOML: {error}") from None
        if mistakes := [*mistakes_of_groups(content["dependency-groups"])]:
            lines = [f"{self.file}: dependency group {each}" for each in mistakes]
            raise click.ClickException("\n".join(lines))
        self._content = content

    def groups(self) -> list[str]:
        return sorted(self._content["dependency-groups"])

    def requirements(self, group: str) -> list[str]:
        """Those of a group and of the groups that it includes."""
        return sorted({*resolve_dependency_groups(self._content["dependency-groups"], group)})

    def python(self, group: str) -> Version:
        """The oldest Python that a group is for."""
        groups = self._content["tool"]["uv"]["dependency-groups"]
        versions: str = groups.get(group, self._content["project"])["requires-python"]
        return Version(versions.removeprefix(">="))

    def ranges(self) -> list[str]:
        """What the pins keep within: what users may have, what may build the wheel, and so on."""
        project = self._content["project"]
        ranges = [*project["dependencies"], *self._content["build-system"]["requires"]]
        for extra in project["optional-dependencies"].values():
            ranges += extra
        fixed: list[str] = self._content["tool"]["uv"]["constraint-dependencies"]
        return [*fixed, *(each for each in ranges if "==" not in each)]

    def movable(self) -> list[str]:
        """The groups that share one release of each package, which an upgrade moves."""
        return [each for each in self.groups() if each != LOWEST and not each.startswith(ALONE)]

    def lock(self, group: str) -> Path:
        return self.locks / f"{group}.txt"

    def heading(self, group: str) -> str:
        """The first line of a group's lock."""
        pins = [each for each in self.requirements(group) if by_platform(each)]
        beside = f", beside {' and '.join(pins)}" if pins else ""
        python = f"Python {self.python(group)} or later"
        return f"# What the group {group} installs on {python}{beside}; written by `nox -s lock`\n"

    def is_reason(self, reasons: str) -> bool:
        """Whether a group itself asks for a package, and not only another package."""
        return f" {self._content['project']['name']} (pyproject.toml:" in reasons


def mistakes_of_groups(groups: Mapping[str, Any]) -> Iterator[str]:
    """What keeps dependency groups from being resolved, each with the name of the group."""
    found = [f"{name}: {each}" for name in groups for each in mistakes_of_group(name, groups)]
    yield from found or dict.fromkeys(circles(groups))


def mistakes_of_group(name: str, groups: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a group by itself."""
    known: dict[str, str] = {canonicalize_name(each): each for each in groups}
    other = known[canonicalize_name(name)]
    if other != name:
        yield f"expected another name than {other!r}, which means the same"
    match groups[name]:
        case list(entries):
            for entry in entries:
                yield from mistakes_of_entry(entry, known)
        case entries:
            yield f"expected an array, not {entries!r}"


def mistakes_of_entry(entry: object, known: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with an entry of a group, where these groups are known."""
    match entry:
        case str():
            try:
                Requirement(entry)
            except InvalidRequirement:
                yield f"expected a requirement such as 'click==8.5.1', not {entry!r}"
        case {"include-group": str(other), **others} if not others:
            if canonicalize_name(other) not in known:
                near = difflib.get_close_matches(other, known.values(), 1)
                meant = f"; did you mean {near[0]!r}?" if near else ""
                yield f"expected the name of a group to include, not {other!r}{meant}"
        case _:
            example = '{ include-group = "NAME" }'
            yield f"expected requirements and entries such as {example}, not {entry!r}"


def circles(groups: Mapping[str, Any]) -> Iterator[str]:
    """Which groups include each other."""
    for group in groups:
        try:
            resolve_dependency_groups(groups, group)
        except ExceptionGroup as errors:
            for error in errors.exceptions:
                match error:
                    case CyclicDependencyGroup():
                        yield f"{error.group}: includes {error.include_group}, which includes it"
                    case _:
                        yield f"{group}: {error}"


def by_platform(requirement: str) -> bool:
    """Whether nobody can know the hash, because pip is to choose the build."""
    return BY_PLATFORM.fullmatch(name_of(requirement)) is not None


def name_of(requirement: str) -> str:
    """What a requirement asks for, as a lock names it."""
    return canonicalize_name(Requirement(requirement).name)


def pin(requirement: str) -> str:
    """A requirement as a lock names it."""
    return f"{name_of(requirement)}{Requirement(requirement).specifier}"


# Writing


def compiled(folder: Path, file: Path, *options: str) -> str:
    """What uv makes of a lock; the releases in it stay where they fit."""
    if importlib.util.find_spec("uv") is None:
        raise click.ClickException("uv is not installed here; run this as: nox -s lock")
    command = (sys.executable, "-m", "uv", "pip", "compile", f"--output-file={file}", *options)
    how = ("--quiet", "--no-config", "--no-python-downloads", "--no-header", "--generate-hashes")
    done = subprocess.run([*command, *how], cwd=folder, check=False)
    if done.returncode:
        raise click.ClickException("uv found no solution; everything is as it was")
    text, _, _ = file.read_text(encoding="utf-8").partition("\n# The following packages were excl")
    return text


def together(project: Project, known: str, *, pinned: bool) -> str:
    """One release of each package for all groups, wherever there is one that serves them all."""
    oldest: dict[str, Version] = {}
    for group in project.movable():
        python = project.python(group)
        for each in project.requirements(group):
            asked = each if pinned or by_platform(each) else each.partition("==")[0]
            oldest[asked] = min(oldest.get(asked, python), python)
    with TemporaryDirectory() as name:
        folder = Path(name)
        lines = [f"{each} ; python_version >= '{python}'" for each, python in oldest.items()]
        (folder / "asked.in").write_text("\n".join(lines), encoding="utf-8")
        (folder / "ranges.in").write_text("\n".join(project.ranges()), encoding="utf-8")
        (folder / "all.txt").write_text(known, encoding="utf-8")
        inputs = ("asked.in", "--constraints=ranges.in")
        python = min(oldest.values())
        options = ("--universal", "--fork-strategy=fewest", f"--python-version={python}")
        return compiled(folder, folder / "all.txt", *inputs, *options)


def upgrade(project: Project) -> Project:
    """Move the pins to the newest releases that fit together; the file is else as it was."""
    found = ENTRY.finditer(together(project, "", pinned=False))
    newest = {each["name"]: each["version"] for each in found}
    text = project.file.read_text(encoding="utf-8")
    for group in project.movable():
        for each in project.requirements(group):
            if not by_platform(each):
                name = each.partition("==")[0]
                text = text.replace(f'"{each}"', f'"{name}=={newest[name_of(each)]}"')
    project.file.write_text(text, encoding="utf-8")
    return Project(project.folder)


def lock(project: Project) -> None:
    """Write the lock of each group; the releases that are locked stay where they fit."""
    files = sorted(project.locks.glob("*.txt"))
    known = "".join(each.read_text(encoding="utf-8") for each in files)
    for each in files:
        each.unlink()
    project.locks.mkdir(parents=True, exist_ok=True)
    everything = together(project, known, pinned=True)
    names = sorted({each["name"] for each in ENTRY.finditer(everything)})
    for group in project.groups():
        file = project.lock(group)
        file.write_text(everything, encoding="utf-8")
        options = [f"--group={group}", f"--python-version={project.python(group)}"]
        if group.startswith(ALONE):
            options += ["--no-deps"]
        else:
            options += ["--universal", "--fork-strategy=fewest"]
            options += [f"--no-emit-package={name}" for name in names if by_platform(name)]
        text = project.heading(group) + compiled(project.folder, file, *options)
        file.write_text(text, encoding="utf-8")


# Checking


def problems(project: Project) -> Iterator[str]:
    """What is wrong with the locks, and where; all that takes is the files."""
    for file in sorted({*project.locks.glob("*.txt")} - {*map(project.lock, project.groups())}):
        yield f"{file}: there is no dependency group {file.stem}"
    for group in project.groups():
        if not project.lock(group).is_file():
            yield f"{project.lock(group)}: missing"
        else:
            for line, problem in problems_of_lock(project, group):
                yield f"{project.lock(group)}:{line}: {problem}"


def problems_of_lock(project: Project, group: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the lock of a group, with the number of the line."""
    text = project.lock(group).read_text(encoding="utf-8")
    heading = project.heading(group)
    if not text.startswith(heading):
        yield 1, f"expected {heading.rstrip()!r}"
    asked = {pin(each) for each in project.requirements(group) if not by_platform(each)}
    number, position = 1, text.find("\n") + 1
    while position < len(text):
        number = text.count("\n", 0, position) + 1
        entry = ENTRY.match(text, position)
        if entry is None:
            line = text[position:].partition("\n")[0]
            yield number, f"expected a package with version, hashes and reasons, not {line!r}"
            return
        found = f"{entry['name']}=={entry['version']}"
        if by_platform(entry["name"]):
            yield number, f"{found} differs by platform"
        if project.is_reason(entry["reasons"]) and found not in asked:
            yield number, f"{found} is not in the group"
        asked.discard(found)
        position = entry.end()
    for each in sorted(asked):
        yield number, f"{each} is missing"


# The command


def releases(locks: Path) -> set[str]:
    """Every release that is locked."""
    texts = [file.read_text(encoding="utf-8") for file in locks.glob("*.txt")]
    entries = [each for text in texts for each in ENTRY.finditer(text)]
    return {f"{each['name']}=={each['version']}" for each in entries}


def write(*, newest: bool) -> None:
    """Replace pins and locks once all of them are found, and say which releases changed."""
    before = Project(ROOT)
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(before.file, folder)
        if before.locks.is_dir():
            shutil.copytree(before.locks, folder / ".ci" / "locks")
        after = Project(folder)
        lock(upgrade(after) if newest else after)
        old, new = releases(before.locks), releases(after.locks)
        shutil.rmtree(before.locks, ignore_errors=True)
        shutil.copytree(after.locks, before.locks)
        shutil.copy(after.file, before.file)
    for each in sorted(old ^ new):
        click.echo(f"{'-' if each in old else '+'} {each}")
    click.echo(f"{len(new)} releases are locked in {len(before.groups())} files")


def check() -> None:
    """Fail if the locks are not those of pyproject.toml."""
    found = list(problems(Project(ROOT)))
    for each in found:
        click.echo(each, err=True)
    if found:
        raise click.ClickException("the locks don't fit pyproject.toml; write them: nox -s lock")


@click.command(help=__doc__)
@click.option("--upgrade", is_flag=True, help="Move the pins to new releases first.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say what doesn't fit.")
def main(upgrade: bool, only_check: bool) -> None:
    if upgrade and only_check:
        raise click.UsageError("--check writes nothing, so --upgrade can't be given as well")
    if only_check:
        check()
    else:
        write(newest=upgrade)


if __name__ == "__main__":
    main()
