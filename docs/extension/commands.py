"""The command line, from the commands themselves."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import Any, get_args

from typer.main import get_command

from extension.tables import code, table
from hotelpay.cli.app import app


def text() -> str:
    """Return a section for each command, groups before what is in them."""
    return "\n".join(_section(path, command) for path, command in _commands(get_command(app), "hotelpay"))


def parameters() -> Iterator[Any]:
    """Yield the options and arguments of all commands."""
    for _, command in _commands(get_command(app), "hotelpay"):
        yield from command.params


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  Typer's commands have no public type
    yield path, command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(inner, f"{path} {name}")


def _section(path: str, command: Any) -> str:  # noqa: ANN401
    parameters = [each for each in command.params if not each.hidden]
    parts = [f"## {path}\n", f"{command.help}\n", f"```text\n{_usage(path, command, parameters)}\n```\n"]
    if hasattr(command, "commands"):
        rows = [
            (f"[`{path} {name}`](#{f'{path} {name}'.replace(' ', '-')})", inner.get_short_help_str(200))
            for name, inner in sorted(command.commands.items())
        ]
        parts.append(table(("command", "what it does"), rows))
    if parameters:
        parts.append(table(("option", "value", "default", "meaning"), map(_row, parameters)))
    example = re.search(r"`(.+)`", command.epilog or "")
    if example:
        parts.append(f"For example:\n\n```sh\n{example[1]}\n```\n")
    return "\n".join(parts)


def _usage(path: str, command: Any, parameters: list[Any]) -> str:  # noqa: ANN401
    words = [path, "[OPTIONS]"]
    words += [each.name.upper() for each in parameters if not each.opts[0].startswith("-")]
    return " ".join([*words, *(["COMMAND"] if hasattr(command, "commands") else [])])


def _row(parameter: Any) -> tuple[str, str, str, str]:  # noqa: ANN401
    names = ", ".join(map(code, [*parameter.opts, *parameter.secondary_opts]))
    meaning = parameter.help or ""
    if parameter.envvar:
        meaning += f" Or the variable `{parameter.envvar}`."
    return names, _value(parameter), _default(parameter), meaning


def _value(parameter: Any) -> str:  # noqa: ANN401
    """Return what an option takes: its choices, or the word for its value; nothing of a switch."""
    annotation = parameter.type_descriptor.annotation
    if getattr(parameter, "is_flag", False) or annotation is bool:
        return ""
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return " or ".join(code(member.value) for member in annotation)
    choices = [each for each in get_args(annotation) if isinstance(each, str)]
    if choices:
        return " or ".join(map(code, choices))
    return code(parameter.metavar or "PATH") + _range(parameter)


def _range(parameter: Any) -> str:  # noqa: ANN401
    return "" if parameter.min is None else f" {parameter.min} to {parameter.max}"


def _default(parameter: Any) -> str:  # noqa: ANN401
    if parameter.required:
        return "required"
    default = parameter.default
    if default is None or default is False:
        return ""
    return code(default.value if isinstance(default, enum.Enum) else default)
