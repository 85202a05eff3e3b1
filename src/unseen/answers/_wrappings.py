"""The usual ways a right answer comes wrapped: what graders must see through, and what the assay and the formatter try."""

from __future__ import annotations

from collections.abc import Callable, Mapping

ONE_LINE: Mapping[str, Callable[[str], str]] = {
    "marker": lambda spelled: f"Answer: {spelled}",
    "marker in bold": lambda spelled: f"**Answer:** {spelled}",
    "bold": lambda spelled: f"Answer: **{spelled}**",
    "full stop": lambda spelled: f"Answer: {spelled}.",
    "final answer": lambda spelled: f"Final Answer: {spelled}",
    "sentence": lambda spelled: f"The answer is {spelled}.",
    "so the answer": lambda spelled: f"So, the final answer is: {spelled}",
    "answer with equals": lambda spelled: f"answer = {spelled}",
    "boxed": lambda spelled: f"\\boxed{{{spelled}}}",
    "boxed in dollars": lambda spelled: f"The answer is $\\boxed{{{spelled}}}$.",
    "text in a box": lambda spelled: f"\\[\\boxed{{\\text{{{spelled}}}}}\\]",
    "code": lambda spelled: f"Answer: `{spelled}`",
    "quotes": lambda spelled: f'Answer: "{spelled}"',
    "next line": lambda spelled: f"Answer:\n{spelled}",
    "heading": lambda spelled: f"### Answer\n\n**Answer:** {spelled}",
    "fence": lambda spelled: f"Answer:\n```\n{spelled}\n```",
    "after a thought": lambda spelled: f"<think>Perhaps it is something else.</think>\n\nAnswer: {spelled}",
    "after reasoning": lambda spelled: f"First I read the question.\nThen I worked it out with care.\n\nAnswer: {spelled}\n",
    "with a remark after": lambda spelled: f"Answer: {spelled}\n\nI hope this helps!",
    "upper case marker": lambda spelled: f"ANSWER: {spelled}",
    "spare space": lambda spelled: f"\n\n  Answer:   {spelled}   \n\n",
    "after a draft": lambda spelled: f"Answer: let me think again.\n\nAnswer: {spelled}",
}

# An answer of several lines takes fewer wrappings.
MANY_LINES: Mapping[str, Callable[[str], str]] = {
    name: ONE_LINE[name]
    for name in (
        "marker",
        "marker in bold",
        "final answer",
        "next line",
        "heading",
        "fence",
        "after a thought",
        "after reasoning",
        "with a remark after",
        "upper case marker",
    )
}


def wrappings(spelled: str) -> Mapping[str, str]:
    """The reply under every wrapping that suits this answer, by the wrapping's name."""
    ways = MANY_LINES if "\n" in spelled else ONE_LINE
    return {name: wrap(spelled) for name, wrap in ways.items()}
