"""The selfcheck over many seeds: how often a sound engine fails it, and how often a plant is missed.

Every seed mints other tasks and gives every examinee other luck. A selfcheck fails by a flag that must not be raised (bounded at 1% by design) or by a
plant that is missed (nearly never, for plants are large).
"""

from __future__ import annotations

import math
import sys
import time
from collections import Counter

from _claims import Claim, arguments, show

from unseen.validating import FALSE_ALARM, Line, selfcheck


def upper(count: int, seeds: int) -> float:
    """The 95% upper limit of a share; with none, the rule of three."""
    from unseen.measuring import clopper_pearson_interval

    return float(clopper_pearson_interval(count, seeds, 0.9)[1])


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="selfchecks")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--full", action="store_true", help="as many questions as without --quick")
    options = parser.parse_args()
    started, failed, first = time.perf_counter(), Counter[str](), list[Line]()
    alarms = misses = either = 0
    for seed in range(options.first, options.first + options.seeds):
        found = selfcheck(quick=not options.full, seed=seed)
        first = first or list(found.lines)
        wrong = [line for line in found.lines if not line.passed]
        failed.update(f"{line.check}: {line.examinee}" for line in wrong)
        false, missed = any(line.raised for line in wrong), any(line.missed for line in wrong)
        alarms, misses, either = alarms + false, misses + missed, either + (not found.passed)
    count = options.seeds
    claims = [
        Claim.at_most(name, times / count, FALSE_ALARM, error=math.sqrt(max(times, 1) * max(count - times, 1) / count**3))
        for name, times in (
            ("selfchecks that raise a flag they must not raise", alarms),
            ("selfchecks that miss a plant", misses),
            ("selfchecks of a sound engine that fail", either),
        )
    ]
    table = [[line.check, line.examinee, line.planted, line.rule, line.found, line.passed] for line in first]
    return show(
        claims,
        as_json=options.json,
        **{"95% upper limit of the share that fails": upper(either, count), "failed lines": dict(failed), "seeds": count},
        lines=table,
        seconds=time.perf_counter() - started,
    )


if __name__ == "__main__":
    sys.exit(main())
