"""Makes a command of an annotated function: its options read and checked, its help shown, its errors said in one line."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args, get_origin

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.exceptions import (
    CoercionError,
    MissingArgumentError,
    UnusedCliTokensError,
)

from flows.errors import CannotRun
from flows.run.option_type import Option, not_empty, parameters
from flows.run.progress import NAME, called, one_line, ready, say, say_styled, terminal_of

if TYPE_CHECKING:
    from cyclopts.help import HelpPanel
    from rich.console import Console, ConsoleOptions

INTERRUPTED = 130  # what a shell reports for Ctrl-C
REFUSED = 2
OPTIONS = Group("Options", sort_key=1)
COLUMN = 28  # of the help, where what an option does begins
LONG = 50  # characters of an example, behind which nothing fits any more
WIDTH = 120  # characters of a line of help where there is no terminal
NARROWEST = 40  # of a terminal; it breaks lines by itself then. In two columns Cyclopts does so without end
NOUNS = {int: "a whole number", float: "a number"}


def copydesk_version() -> str:
    """The version that is installed, else that of the project this file is in."""
    from importlib.metadata import PackageNotFoundError, version  # not at the top: it loads the parser of e-mails

    try:
        return f"{NAME} {version(NAME)}"
    except PackageNotFoundError:
        import tomllib

        project = Path(__file__).parents[2] / "pyproject.toml"
        return f"{NAME} {tomllib.loads(project.read_text(encoding='utf-8'))['project']['version']}"


def new_app(name: str, usage: str, epilogue: str = "") -> App:
    """A command line without anything in it yet."""
    app = App(
        name=name,
        usage=f"Usage: {usage}",
        help_format="plaintext",
        help_epilogue=epilogue,
        help_formatter=help_formatter,
        version=copydesk_version,
        default_parameter=Parameter(negative=(), show_default=False),
        print_error=False,
        exit_on_error=False,
        group_parameters=OPTIONS,
    )
    for flag, what in (("--help", "show this and do nothing"), ("--version", "say which version this is")):
        app[flag].group, app[flag].help = (OPTIONS,), what
    return app


def command(work: Callable[..., int], examples: Sequence[tuple[str, str]], notes: str = "") -> App:
    """The command that a function is: named after it, explained by its docstring, with the options of its parameters.

    A parameter whose type is a dataclass stands for all its fields that are options. The help ends with the `examples`,
    each what is typed behind the name of the command, and what that does; and with the `notes`. The exit code is what
    the function gives.
    """
    name = work.__name__.replace("_", "-")
    asked, groups = _flat(work)
    usage = " ".join([called(name), *_places(asked), "[OPTIONS]"])
    app = new_app(name, usage, f"{_laid_out(called(name), examples)}\n\n{notes}".rstrip())

    def asking(*given: Any, **named: Any) -> int:
        values = {
            parameter.name: value
            for (parameter, _), value in zip((one for one in asked if one[1].by_place), given, strict=False)
        } | named
        for group, (kind, names) in groups.items():
            values[group] = kind(**{name: values.pop(name) for name in names if name in values})
        return work(**values)

    offered = [_offered(parameter, option) for parameter, option in asked]
    asking.__doc__ = work.__doc__
    asking.__annotations__ = {parameter.name: parameter.annotation for parameter in offered}
    cast(Any, asking).__signature__ = inspect.Signature(offered)
    app.default(asking)
    return app


def _places(asked: list[tuple[inspect.Parameter, Option]]) -> Iterator[str]:
    """The arguments of a command as its usage shows them: in brackets where they may be left out."""
    for parameter, option in asked:
        if option.by_place:
            yield option.metavar if parameter.default is inspect.Parameter.empty else f"[{option.metavar}]"


def _laid_out(me: str, examples: Sequence[tuple[str, str]]) -> str:
    """The examples as two columns; what one does stands on the next line where the first column is too long."""
    typed = [
        (words.replace("{me}", me) if "{me}" in words else f"{me} {words}".rstrip(), does) for words, does in examples
    ]
    column = max((len(words) for words, _ in typed if len(words) < LONG), default=0)
    lines = ["examples:"]
    for words, does in typed:
        if does and len(words) > column:
            lines += [f"  {words}", f"  {'':{column}}   {does}"]
        else:
            lines.append(f"  {words:{column}}   {does}".rstrip())
    return "\n".join(lines)


def _flat(
    work: Callable[..., int],
) -> tuple[list[tuple[inspect.Parameter, Option]], dict[str, tuple[Any, list[str]]]]:
    """The options of a function, those of its dataclasses among them; and which belong to which dataclass."""
    asked, groups = [], {}
    hints = inspect.get_annotations(work, eval_str=True)
    for name, hint in hints.items():
        if hasattr(hint, "__dataclass_fields__"):
            fields = list(parameters(hint))
            groups[name] = (hint, [parameter.name for parameter, _ in fields])
            asked += fields
    asked += parameters(work)
    return sorted(asked, key=lambda one: not one[1].by_place), groups


def _offered(parameter: inspect.Parameter, option: Option) -> inspect.Parameter:
    """A parameter as Cyclopts reads it."""
    hint = get_args(parameter.annotation)[0]
    number = next((kind for kind in (int, float) if hint is kind or kind in get_args(hint)), None)
    read = Parameter(
        help=option.explained(parameter.default),
        converter=_reader(number, option) if number else _path if Path in (hint, *get_args(hint)) else None,
        name=option.metavar if option.by_place else None,
        metavar=option.metavar or ("|".join(get_args(hint)) if get_origin(hint) is Literal else None),
        show_choices=False,
    )
    kind = inspect.Parameter.POSITIONAL_ONLY if option.by_place else inspect.Parameter.KEYWORD_ONLY
    return parameter.replace(annotation=Annotated[hint, read], kind=kind)


def _reader(kind: type, option: Option) -> Callable[[Any, Sequence[Any]], Any]:
    """Reads a number and checks its bounds, for Cyclopts."""

    def read(_: Any, tokens: Sequence[Any]) -> Any:
        text = tokens[0].value
        try:
            value = kind(text)
        except ValueError:
            raise ValueError(f"{text!r} is not {NOUNS[kind]}; {option.need()}") from None
        return option.check(value)

    return read


def _path(_: Any, tokens: Sequence[Any]) -> Path:
    """Reads the name of a folder, for Cyclopts. An empty one is a variable of a shell that was never set."""
    return Path(not_empty(tokens[0].value))


def help_formatter(console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
    """Write one part of a help: in panels on a terminal, elsewhere as two columns of plain text."""
    from cyclopts.help.formatters import DefaultFormatter
    from rich.table import Table

    if console.is_terminal:
        DefaultFormatter()(console, options, panel)
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=COLUMN)
    for entry in panel.entries:
        named = (*entry.display_labels, None if entry.positional_label else entry.metavar)
        table.add_row("  " + " ".join(filter(None, named)), entry.description)
    console.print(f"{str(panel.title).lower()}:", table, sep="\n")
    console.print()


def started(app: App, words: Sequence[str] | None, **more: Any) -> int:
    """Read the words of a command line, do what they ask for, and give the exit code. `more` goes to the command."""
    ready()
    words = list(sys.argv[1:] if words is None else words)
    try:
        work, bound, _ = app.parse_args(words)
        if isinstance(getattr(work, "__self__", None), App):  # the help, or the version
            _explain_whole(app, words)
            console = terminal_of(sys.stdout, width=WIDTH)
            console.width = max(console.width, NARROWEST)
            if "console" in inspect.signature(work).parameters:
                bound.arguments["console"] = console
            with console.capture() as said:
                work(*bound.args, **bound.kwargs)
            return 0 if say_styled(re.sub(r"\n{3,}", "\n\n", said.get()), sys.stdout) else REFUSED
        return cast(int, work(*bound.args, **bound.kwargs, **more))
    except CycloptsError as error:
        say(f"{one_line(_in_words(error))}\n", sys.stderr)
        return REFUSED
    except CannotRun as error:
        say(f"{one_line(str(error))}\n", sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


def _explain_whole(app: App, words: Sequence[str]) -> None:
    """Have the help of a command say all that its docstring says, in place of its one line in the list of commands."""
    for one in app.parse_commands(words)[1]:
        if one.default_command and not hasattr(one.default_command, "__self__"):  # else it is --help itself
            one.help = None


def _in_words(error: CycloptsError) -> str:
    """What is wrong with a command line, and the next step."""
    name = error.argument.name if error.argument else ""
    seek = f"{_me(error)} --help explains them"
    match error:
        case CoercionError() if isinstance(error.__cause__, ValueError) and error.msg:
            return f"{name}: {error.msg}"
        case MissingArgumentError() if name.startswith("-"):
            return f"{name} needs a value: {_me(error)} --help has an example"
        case MissingArgumentError():
            return f"{name} is missing: {_me(error)} --help has examples"
        case UnusedCliTokensError():
            return f"{' '.join(error.unused_tokens or ())} is too much: {_me(error)} --help says what fits"
        case _:
            said = str(error)
            return said if "Did you mean" in said or "Choose from" in said else f"{said} {seek}"


def _me(error: CycloptsError) -> str:
    """The command whose words are wrong."""
    name = error.app.name[0] if error.app else NAME
    return NAME if name == NAME else called(name)
