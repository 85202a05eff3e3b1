"""``unseen edition``: sealed draws that anyone can verify after they are revealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unseen.cli._terminal import AsJson, console, print_json

app = typer.Typer(help="Seal a draw of tasks now, reveal its key later, let anyone verify it.", no_args_is_help=True)
Manifest = Annotated[Path, typer.Argument(metavar="EDITION", help="Path of the edition, with or without .edition.json.")]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the edition.")],
    families: Annotated[list[str], typer.Option("--family", help="A family. Repeatable; `all` means every one.")],
    per_family: Annotated[int, typer.Option("-n", "--number", min=1, help="Public tasks per family; as many are secret.")] = 50,
    train: Annotated[int, typer.Option("--train", min=0, help="Training tasks per family, disjoint from the others.")] = 0,
    folder: Annotated[Path, typer.Option("--folder", help="Where its files go.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Draw a key, commit to its hash, write manifest and key file (readable by its owner alone)."""
    from unseen.cli.mint import chosen_families
    from unseen.minting import Edition

    edition = Edition.new(name, chosen_families(families), per_family, train=train, directory=folder)
    _show(edition, as_json, f"Committed. Keep {edition.key_path} secret and safe; then: unseen edition seal {edition.manifest_path}")


@app.command()
def seal(
    edition: Manifest,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes; the result does not depend on it.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Mint every task, write the public ones, fix the Merkle roots. A seal is for good."""
    from unseen.minting import Edition

    found = Edition.load(edition)
    found.seal(workers=workers)
    _show(found, as_json, f"Sealed; public tasks in {found.public_path}")


@app.command()
def reveal(edition: Manifest, as_json: AsJson = False) -> None:
    """Publish the key in the manifest, so that anyone can mint every task again. There is no way back."""
    from unseen.minting import Edition

    found = Edition.load(edition)
    found.reveal()
    _show(found, as_json, f"Revealed; anyone can now run: unseen edition verify {found.manifest_path}")


@app.command()
def verify(
    edition: Manifest,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes; the result does not depend on it.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Check the public tasks and, with the key, mint every task again; exit 1 if anything is wrong."""
    from unseen.minting import Edition

    found = Edition.load(edition).verify(workers=workers)
    if as_json:
        print_json({"ok": found.ok, "tasks": found.tasks, "regenerated": found.regenerated, "problems": list(found.problems)})
    else:
        how = "minted again from the key" if found.regenerated else "checked; the key is not at hand, so secret tasks were not"
        console().print("\n".join(found.problems) or f"{found.tasks} tasks {how}: all as sealed.", markup=False)
    if not found.ok:
        raise typer.Exit(1)


def _show(edition: object, as_json: bool, sentence: str) -> None:
    from unseen.minting import Edition

    assert isinstance(edition, Edition)
    manifest = edition.manifest
    if as_json:
        print_json(
            {
                "name": manifest.name,
                "state": manifest.state.value,
                "commitment": manifest.commitment,
                "root": manifest.root,
                "counts": dict(manifest.counts),
            }
        )
    else:
        console().print(sentence, markup=False)
