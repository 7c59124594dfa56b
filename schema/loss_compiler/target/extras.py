"""What to install, besides the distribution itself, for what needs more: its extras.

This imports nothing: each run of the command line reads it.
"""

TORCH = "'loss-factory[torch]'"
COMMAND_LINE = "'loss-factory[cli]'"
COMPILER = "'loss-factory[compiler]'"
