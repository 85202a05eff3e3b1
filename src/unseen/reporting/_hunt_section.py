"""The hunting section: in which regions an examinee fails, each confirmed on fresh tasks, with its smallest case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unseen.errors import PlanError
from unseen.probing import Finding, Hunted, Rate, Standing, replay_hunt
from unseen.reporting._charts import contrast_chart
from unseen.reporting._section import Exhibit, Figure, Section, StoredRun, Table, command, slug
from unseen.reporting._wording import percent, plural

_STANDING = {Standing.FAILS: "still fails", Standing.SOLVED: "solved", Standing.OPEN: "open"}


def hunts(runs: Sequence[StoredRun], level: float) -> Iterator[Section]:
    """One section for each hunting run and examinee. Its intervals have the level of the hunt, widened for selection."""
    for run in (run for run in runs if run.plan.hunt):
        for examinee, outcomes in run.by_examinee.items():
            try:
                yield _section(run, examinee, replay_hunt(run.plan, outcomes))
            except PlanError as error:
                why = str(error)
                data = {"run": run.record.id, "examinee": examinee, "unreadable": why}
                answer = f"Run {run.record.id} cannot be analysed here: {why}."
                yield Section("hunting", _name(run, examinee), f"Where does {examinee} fail?", answer, reproduce=_again(run), data=data)


def _section(run: StoredRun, examinee: str, hunted: tuple[Hunted, ...]) -> Section:
    findings = [finding for one in hunted for finding in one.findings]
    title = f"Where does {examinee} fail?"
    figures: tuple[Figure, ...] = ()
    if findings:
        rows = [row for finding in findings for row in _rows(finding)]
        caption = (
            "Pass rates on newly minted tasks that the search never asked, drawn alike inside the rule and elsewhere in the space, with "
            "intervals widened for the selection of the confirmed."
        )
        figures = (Figure("rules", contrast_chart(f"In which regions does {examinee} fail?", rows), caption),)
    return Section(
        kind="hunting",
        name=_name(run, examinee),
        title=title,
        answer=_answer(hunted, findings),
        figures=figures,
        tables=tuple(_tables(hunted, findings)),
        exhibits=tuple(exhibit for finding in findings for exhibit in _exhibits(finding)),
        text=_text(run),
        reproduce=_again(run),
        notes=tuple(f"the hunt of {one.family} was cut short and claims nothing" for one in hunted if not one.finished),
        data={
            "run": run.record.id,
            "examinee": examinee,
            "families": [one.to_json() for one in hunted],
        },
    )


def _again(run: StoredRun) -> str:
    """The command that asks the same again; regions of an archive stand only in the plan that is kept beside the results."""
    assert run.plan.hunt is not None
    return f"unseen eval --config runs/{run.record.id}/plan.toml" if run.plan.hunt.known else command(run.plan)


def _name(run: StoredRun, examinee: str) -> str:
    return f"hunting-{slug(run.record.id)}-{slug(examinee)}"


def _answer(hunted: Sequence[Hunted], findings: Sequence[Finding]) -> str:
    if findings:
        told = "; ".join(f"{finding.family}, {finding.words}" for finding in findings)
        return f"{plural(len(findings), 'region')} confirmed on fresh tasks. {told}."
    if not any(one.finished for one in hunted):
        return "The hunt was cut short: nothing could be confirmed."
    return f"No failing region was confirmed ({plural(sum(one.proposed for one in hunted), 'rule')} put to the test). That is no proof of strength."


def _rows(finding: Finding) -> Iterator[dict[str, object]]:
    for where, rate in (("inside", finding.inside), ("elsewhere", finding.outside)):
        label = f"{finding.family}:\n" + finding.rule.words.replace(" and ", "\nand ")
        yield {"label": label, "where": where, "p": rate.value, "low": rate.low, "high": rate.high, "n": rate.asked}


def _tables(hunted: Sequence[Hunted], findings: Sequence[Finding]) -> Iterator[Table]:
    if findings:
        rules = tuple(
            (f.family, f.rule.words, _rate(f.inside), _rate(f.outside), f"{f.rule.volume:.1%}", f"{f.e_value:.3g}") for f in findings
        )
        columns = ("family", "rule", "pass rate inside", "elsewhere", "of the space", "e-value")
        yield Table("Confirmed regions; all numbers from fresh tasks", columns, rules, ("of the space", "e-value"))
    known = [(one.family, revisit) for one in hunted for revisit in one.known]
    if known:
        again = tuple((name, r.rule.words, _STANDING[r.state], _rate(r.inside), _rate(r.outside)) for name, r in known)
        yield Table("Regions of the archive, asked first", ("family", "rule", "now", "pass rate inside", "elsewhere"), again)
    rows = tuple((one.family, str(one.answers), str(one.proposed), str(len(one.findings)), _ended(one)) for one in hunted)
    yield Table("What was asked", ("family", "answers", "rules tested", "confirmed", ""), rows, ("answers", "rules tested", "confirmed"))


def _ended(hunted: Hunted) -> str:
    return "finished" if hunted.finished else "cut short: claims nothing"


def _rate(rate: Rate) -> str:
    return f"{percent(rate.value)} ({percent(rate.low)} to {percent(rate.high)}), n = {rate.asked}"


def _exhibits(finding: Finding) -> Iterator[Exhibit]:
    case = finding.shrunk
    if case is None or case.task is None:
        return
    title = f"{finding.family}: smallest task that fails, {finding.rule.words}"
    if case.twin is None:
        yield Exhibit(title, case.task.prompt)
    else:
        yield Exhibit(title, case.task.prompt, f"With {case.changed} = {case.twin.setting[case.changed]} it passes", case.twin.prompt)


def _text(run: StoredRun) -> tuple[str, ...]:
    hunt = run.plan.hunt
    assert hunt is not None
    return (
        f"Rules were proposed by a search and each tested on fresh tasks; the expected share of false claims is at most {hunt.alpha:.0%} (e-BH), "
        f"a claim being that the failure rate inside exceeds the one elsewhere by more than {100 * hunt.least_gap:g} points. "
        "The effects that the search saw are not reported.",
    )
