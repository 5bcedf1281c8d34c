"""The command line. Nothing heavy is imported before it is needed: ``--help`` is instant."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from claimlines.runner.options import RunOptions
    from claimlines.runner.preview import Preview
    from claimlines.runner.run import Result

__all__ = ["app", "main"]

DONE, OTHER, USAGE, FAILURES = 0, 1, 2, 3

app = typer.Typer(
    name="claimlines",
    help="Turn articles into claims: this metric of this subject has this value, in this unit, over this period.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry point of the ``claimlines`` command."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  (print would turn to standard output)
    # Names of files need not be text, and a terminal need not know every character.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


def fail(message: str, code: int = OTHER) -> NoReturn:
    """End with a message on standard error, and no traceback."""
    print(f"claimlines: {message}", file=sys.stderr)
    raise typer.Exit(code)


def _version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        print(f"claimlines {metadata.version('claimlines')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


INPUT, FILTER, OUTPUT, MODEL, RUN = "What is read", "What is kept", "What is written", "What extracts", "How it runs"


@app.command()
def extract(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, patterns, URLs, or - for standard input.", show_default=False),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="Claims: .jsonl, .parquet or .csv, also .gz and .zst; - for standard output. [default: claims.jsonl]",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    errors: Annotated[
        str | None, typer.Option(help="Errors file. [default: OUTPUT.errors.jsonl]", rich_help_panel=OUTPUT)
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="jsonl, parquet or csv. [default: by the output's name]", rich_help_panel=OUTPUT)
    ] = None,
    shards: Annotated[int | None, typer.Option(help="Write a folder of so many files.", rich_help_panel=OUTPUT)] = None,
    partition_by: Annotated[
        str | None,
        typer.Option(
            help="Write folders FIELD=VALUE; a field of claims, or year or month of publication.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Run file (TOML) with any of these options.")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="OURS=THEIRS, such as text=body or published=meta.date.", rich_help_panel=INPUT),
    ] = None,
    input_format: Annotated[
        str | None, typer.Option(help="Format of all inputs. [default: by name and content]", rich_help_panel=INPUT)
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of text. [default: utf-8]", rich_help_panel=INPUT)
    ] = None,
    max_chars: Annotated[
        int | None, typer.Option(help="Longest article. [default: 10000000]", rich_help_panel=INPUT)
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Read the first N articles only.", rich_help_panel=INPUT)] = None,
    sample: Annotated[
        int | None,
        typer.Option(help="Take N articles from all over the input, always the same.", rich_help_panel=INPUT),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="Skip articles in other languages, such as en. [default: any]", rich_help_panel=FILTER),
    ] = None,
    dedup: Annotated[
        str | None,
        typer.Option(
            help="none, flag or skip articles with the same or nearly the same text. [default: none]",
            rich_help_panel=FILTER,
        ),
    ] = None,
    min_confidence: Annotated[
        float | None, typer.Option(help="Leave out claims below it, 0 to 1. [default: 0]", rich_help_panel=FILTER)
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="spaCy pipeline to build on. [default: en_core_web_sm]", rich_help_panel=MODEL)
    ] = None,
    lexicon: Annotated[
        list[str] | None,
        typer.Option(help="Folder with lexicon files of your own; may be repeated.", rich_help_panel=MODEL),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes. [default: the cores]", rich_help_panel=RUN)] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            help="Seconds for an article, and as many more for each million characters. [default: 60]",
            rich_help_panel=RUN,
        ),
    ] = None,
    memory: Annotated[
        int | None, typer.Option(help="Megabytes for a worker. [default: 2048]", rich_help_panel=RUN)
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start afresh, and replace an output that exists.", rich_help_panel=RUN)
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Tell what would be read, with the first article's claims.", rich_help_panel=RUN
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No progress and no summary.", rich_help_panel=RUN)
    ] = False,
) -> None:
    """Read articles, write their claims.

    A run that is stopped, or killed, goes on where it was when the same command is given
    again. Exit code: 0 all done, 3 done with articles in the errors file, 2 wrong usage,
    1 anything else.
    """
    from claimlines.runner.options import OptionsError, options_from

    told: dict[str, Any] = {
        "inputs": paths,
        "output": output,
        "errors": errors,
        "format": format,
        "shards": shards,
        "partition_by": partition_by,
        "fields": _fields(field or []),
        "input_format": input_format,
        "encoding": encoding,
        "max_chars": max_chars,
        "limit": limit,
        "sample": sample,
        "language": language,
        "dedup": dedup,
        "min_confidence": min_confidence,
        "base": base,
        "lexicon": lexicon,
        "workers": workers,
        "timeout": timeout,
        "memory": memory,
        "fresh": fresh or None,
        "quiet": quiet or None,
    }
    try:
        options = options_from(told, config)
    except OptionsError as error:
        fail(str(error), USAGE)
    if dry_run:
        _dry_run(options)
    else:
        _run(options)


def _fields(pairs: list[str]) -> dict[str, str] | None:
    fields = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not equals or not ours or not theirs:
            fail(f"--field {pair}: should be OURS=THEIRS, such as text=body", USAGE)
        fields[ours] = theirs
    return fields or None


def _run(options: RunOptions) -> None:
    from claimlines.readers import InputError
    from claimlines.runner.journal import ChangedError, LockedError
    from claimlines.runner.pool import WorkersError
    from claimlines.runner.run import Stopped, run
    from claimlines.runner.targets import TargetError
    from claimlines.terminal import display_for

    try:
        result = run(options, display_for(quiet=options.quiet))
    except (InputError, TargetError, ChangedError, LockedError) as error:
        fail(str(error), USAGE)
    except (WorkersError, Stopped) as error:
        fail(str(error))
    except BrokenPipeError:
        raise typer.Exit(OTHER) from None  # whoever read our output has read enough
    except OSError as error:
        fail(_of_system(error, options))
    if not options.quiet:
        _summary(result, options)
    raise typer.Exit(FAILURES if result.failures else DONE)


def _of_system(error: OSError, options: RunOptions) -> str:
    import errno

    where = f" ({os.fsdecode(error.filename)})" if error.filename else ""
    again = "" if options.output == "-" else "; what is done is kept: run the same command again to go on from there"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"no space to write {error.filename or options.output}: {error.strerror}. Make room{again}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no permission to write {options.output}{where}: {error.strerror}; give another output with -o"
    return f"{error.strerror or error}{where}"


def _summary(result: Result, options: RunOptions) -> None:
    def say(text: str) -> None:
        print(text, file=sys.stderr)

    tally = result.tally
    if tally is None:
        say(
            f"{options.output} is complete already: same input, options and version. Nothing to do (--fresh does it again)."
        )
        if result.failures:
            say(f"{result.failures:,} articles failed then: see {result.targets.errors}")
        return
    per_second = (tally.seen - result.resumed) / result.seconds if result.seconds else 0
    say(f"{tally.seen:,} articles, {tally.claims:,} claims in {result.seconds:.1f} s ({per_second:.1f} articles/s)")
    if result.resumed:
        say(f"  {result.resumed:,} articles were done before")
    for what, counts in (("skipped", tally.skipped), ("failed", tally.failed), ("with a warning", tally.warnings)):
        if counts:
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common())
            say(f"  {sum(counts.values()):,} {what}: {reasons}")
    if tally.duplicates and not tally.skipped.keys() & tally.duplicates.keys():
        say("  " + ", ".join(f"{count:,} flagged as {kind}" for kind, count in sorted(tally.duplicates.items())))
    if result.ignored:
        say("  files not read: " + ", ".join(f"{kind} {count:,}" for kind, count in sorted(result.ignored.items())))
    if result.targets.output is not None:
        say(f"claims: {result.targets.output}")
    if (tally.failed or tally.warnings) and result.targets.errors is not None:
        say(f"errors: {result.targets.errors}")


def _dry_run(options: RunOptions) -> None:
    from claimlines.readers import InputError
    from claimlines.runner.pool import WorkersError
    from claimlines.runner.preview import preview
    from claimlines.runner.targets import TargetError

    try:
        seen = preview(options)
    except (InputError, TargetError) as error:
        fail(str(error), USAGE)
    except (WorkersError, OSError) as error:
        fail(str(error))
    _show_preview(seen, options)


def _show_preview(seen: Preview, options: RunOptions) -> None:
    size = "size unknown" if seen.found.size is None else f"{seen.found.size:,} bytes"
    print(f"inputs: {seen.found.files:,} files, {size}")
    for kind, count in sorted(seen.found.ignored.items()):
        print(f"  not read: {count:,} files {kind}")
    for sight in seen.sights:
        print(f"{sight.format}: {sight.first.name}")
        for ours, theirs in sight.mapped.items():
            print(f"  {ours} <- {theirs}")
        if sight.problems:
            reasons = ", ".join(f"{reason} {count}" for reason, count in sight.problems.most_common())
            print(f"  of the first {sight.looked_at} articles would fail: {reasons}")
    print(f"output: {options.output} ({options.output_format})")
    if seen.article is None:
        print("no article was found at the beginning of these files")
        return
    print(f"first article: {seen.article}: {len(seen.claims)} claims")
    if seen.problem:
        print(f"  {seen.problem}")
    for claim in seen.claims:
        print(
            "  "
            + json.dumps(
                {name: claim[name] for name in ("subject", "metric", "value", "unit", "period")}, ensure_ascii=False
            )
        )


@app.command()
def stats(
    paths: Annotated[list[str], typer.Argument(help="Files or folders of claims; - for standard input.")],
    top: Annotated[int, typer.Option(min=1, help="How many values of each field.")] = 10,
    by: Annotated[list[str] | None, typer.Option("--by", help="Count this field; may be repeated.")] = None,
) -> None:
    """Show the most frequent metrics, subjects, units, periods and statuses of claims."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from claimlines.records import Claim
    from claimlines.stats import COUNTED, StatisticsError, statistics_of

    fields = tuple(by or COUNTED)
    if unknown := [name for name in fields if name not in Claim.model_fields]:
        fail(f"--by {unknown[0]}: claims have no such field; they have {', '.join(Claim.model_fields)}", USAGE)
    try:
        found = statistics_of(paths, fields)
    except StatisticsError as error:
        fail(str(error), USAGE)
    # Lines of a file or pipe are not to be cut to the width of no terminal.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    mean = f", mean confidence {found.confidence:.2f}" if found.confidence is not None else ""
    console.print(f"{found.claims:,} claims of {found.articles:,} articles{mean}")
    table = Table("field", "value", "claims", "share")
    table.columns[2].justify = table.columns[3].justify = "right"
    for name, counter in found.values.items():
        ranked = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
        for number, (value, count) in enumerate(ranked[:top]):
            # As text: a value in brackets is no markup.
            table.add_row(name if number == 0 else "", Text(value), f"{count:,}", f"{count / found.claims:.1%}")
        if len(ranked) > top:
            table.add_row("", f"({len(ranked) - top:,} more)", "", "", end_section=True)
        else:
            table.add_section()
    console.print(table)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a claim."""
    from claimlines.records import Claim

    print(json.dumps(Claim.model_json_schema(), indent=2, ensure_ascii=False))


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold articles, JSONL.")],
    predicted: Annotated[
        Path | None, typer.Argument(help="Claims to score; without them the articles are extracted first.")
    ] = None,
    errors: Annotated[int, typer.Option(min=0, help="Also list the first N mistakes.")] = 0,
    base: Annotated[str, typer.Option(help="Installed spaCy pipeline to build on.")] = "en_core_web_sm",
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Score claims against gold articles: precision, recall and F1 of value, each field and the whole tuple."""
    from claimlines.evaluation import as_record, evaluate_file, table

    try:
        result = evaluate_file(gold, predicted, base=base)
    except (ValueError, OSError) as error:
        fail(str(error), USAGE)
    print(json.dumps(as_record(result), indent=1) if as_json else table(result, errors))


if __name__ == "__main__":
    main()
