"""The rules by which the guide's examples are read."""

from pathlib import Path

from tests.docs.guide import Command, blocks, commands, prints

PAGE = """# A page

```python
print(6 * 7)  # → 42
```

```console
$ unseen check tasks.jsonl  # exit 1
1 of 5 rows
$ unseen runs
```

~~~~text
```python
not run
```
~~~~
"""


def test_blocks_commands_exit_codes_and_promises_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    python, console, text = blocks(page)
    assert (python.kind, python.promised, python.line) == ("python", ["42"], 4)
    assert list(commands(console)) == [Command("unseen check tasks.jsonl", 1, "1 of 5 rows"), Command("unseen runs", 0, "")]
    assert text.kind == "text"


def test_what_is_shown_must_be_printed_in_order() -> None:
    printed = "  model   asked\n one      40\nRun 7: finished, 40 outcomes. Report:\nruns/7/report.html\n"
    assert prints("one   40\nRun …: finished, … outcomes. …\nReport: runs/…/report.html", printed)
    assert prints("", printed)
    assert not prints("Run …: finished\none 40", printed)
    assert not prints("one 41", printed)
