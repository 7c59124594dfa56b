"""What pip installs for what needs more than the package: what its extras name.

Not the extras themselves: the distribution is on no index, where anybody may take its name. This
imports nothing: each run of the command line reads it.
"""

TORCH = "'torch>=2.5'"
COMMAND_LINE = "'click>=8.2' 'rich>=14' 'ruamel-yaml>=0.18.6'"
