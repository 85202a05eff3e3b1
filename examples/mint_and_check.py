"""Mint tasks, check them as a stranger would, edit one, and see it caught.

python examples/mint_and_check.py
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import unseen

with TemporaryDirectory() as folder:
    path = Path(folder) / "tasks.jsonl"
    written = unseen.write_tasks(path, unseen.mint(["arithmetic/chain", "time/calendar"], 40, seed=1))
    honest = unseen.check_file(path)
    print(f"{written} tasks minted, {len(honest.bad)} of them bad")

    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[7]["key"] = 12345
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    edited = unseen.check_file(path)
    for bad in edited.bad:
        print(f"after an edit, {bad}")

assert honest.ok
assert [bad.line for bad in edited.bad] == [8]
