"""Lets Python read every folder backwards."""

import os
from collections.abc import Iterator
from typing import Any

scandir, listdir = os.scandir, os.listdir


class Backwards:
    """What os.scandir returns: an iterator that may be closed with `with`."""

    def __init__(self, *arguments: Any) -> None:
        with scandir(*arguments) as found:
            self.entries = iter(sorted(found, key=lambda entry: str(entry.name), reverse=True))

    def __iter__(self) -> Iterator[Any]:
        return self.entries

    def __next__(self) -> Any:
        return next(self.entries)

    def __enter__(self) -> Iterator[Any]:
        return self.entries

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


def list_backwards(*arguments: Any) -> list[Any]:
    return sorted(listdir(*arguments), key=str, reverse=True)


os.scandir = Backwards
os.listdir = list_backwards
