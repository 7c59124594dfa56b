# Generated from schema/losses.schema.json and templates/__main__.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The command line: `python -m loss_factory`."""

from .runtime.cli import main
from .dispatch import TABLES

main(TABLES, "python -m loss_factory", "'click>=8.2' 'rich>=14' 'ruamel-yaml>=0.18.6'")
