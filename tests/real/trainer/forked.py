"""The example in forks of one process that has imported everything: that takes most of a short run.

Each fork is a process of its own, as if it had been started with these arguments.
"""

from __future__ import annotations

import atexit
import functools
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_SERVER = """
import json, os, resource, selectors, sys, traceback

import torch._dynamo  # which the optimizer imports

import train_autoencoder

def child(task, outputs):
    for descriptor, output in enumerate(outputs, 1):
        os.dup2(output, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if task["limit"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["limit"], task["limit"]))
    try:
        train_autoencoder.main(task["arguments"], prog_name="train_autoencoder.py")
    except SystemExit as error:
        if error.code is not None and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
            return 1
        return error.code or 0
    except BaseException:
        traceback.print_exc()
        return 1

def received(pipes):
    texts = {pipe: b"" for pipe in pipes}
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                part = os.read(key.fd, 65536)
                texts[key.fd] += part
                if not part:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    return [text.decode() for text in texts.values()]

for line in sys.stdin:
    pipes = [os.pipe(), os.pipe()]
    process = os.fork()
    if process == 0:
        code = 1
        try:
            code = child(json.loads(line), [writing for _, writing in pipes])
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    for _, writing in pipes:
        os.close(writing)
    said = received([reading for reading, _ in pipes])
    _, status = os.waitpid(process, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), *said]), flush=True)
"""


def run(
    arguments: Sequence[str | Path],
    example: Path,
    environment: Mapping[str, str],
    limit: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the example with these arguments; its files can't grow past `limit` bytes."""
    server = _server(example, tuple(environment.items()))
    assert server.stdin is not None
    assert server.stdout is not None
    task = {"arguments": list(map(str, arguments)), "limit": limit}
    server.stdin.write(json.dumps(task) + "\n")
    server.stdin.flush()
    code, out, err = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(task["arguments"], code, out, err)


@functools.cache
def _server(example: Path, environment: tuple[tuple[str, str], ...]) -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        cwd=example,  # where a script finds the modules beside it
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(_ended, server)
    return server


def _ended(server: subprocess.Popen[str]) -> None:
    with server:  # closes its input, at which it ends
        pass
