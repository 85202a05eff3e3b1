"""Two wordings of every operation of ``language/rewriting``, and one of every condition, to tell and to read back."""

from __future__ import annotations

from unseen.families._phrasebook import Phrase

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PLACE = rf"(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))"
PATTERNS = {
    "words": r"[a-z]+(?:, [a-z]+)*",
    "word": r"[a-z]+",
    "letter": r'"[a-z]"',
    "text": r'"[a-z]+"',
    "place": _PLACE,
    "count": r"\d+",
    "do": r".+",
}
# Of one word or of every word of a list. Rotating by one reads better in words of its own.
_WORD = {
    "every": ("replace every {letter} with {text}", "turn each {letter} into {text}"),
    "once": ("replace the first {letter} with {text}", "turn only the first {letter} into {text}"),
    "rotate_1": ("move the first letter to the other end", "take the first letter off and put it at the other end"),
    "rotate": (
        "move the first {count} letters to the other end, keeping them side by side as they are",
        "take the first {count} letters off as one piece and put it, unturned, at the other end",
    ),
    "reverse": ("write the letters backwards", "reverse all the letters"),
    "double": ("double the last letter", "write the last letter twice"),
    "remove": ("strike out the {place} letter", "leave out the {place} letter"),
    "swap": ("swap the {place1} and the {place2} letter", "let the {place1} and the {place2} letter trade places"),
}
_LIST = {
    "rotate_1": ("move the first word to the other end of the row", "take the first word away and put it at the other end of the row"),
    "rotate": (
        "move the first {count} words to the other end of the row, keeping them side by side as they are",
        "take the first {count} words away together and put them, in the order they have, at the other end of the row",
    ),
    "reverse": ("reverse the order of the words", "put the words in the opposite order"),
    "remove": ("strike out the {place} word", "leave out the {place} word"),
    "swap": ("swap the {place1} and the {place2} word", "let the {place1} and the {place2} word trade places"),
    "front": (
        "bring all words with {letter} to the left, with no other change of order",
        "put the words that contain {letter} on the left and the others after them, each group in the order it had",
    ),
    "alphabet": ("put the words in alphabetical order from left to right", "arrange the words alphabetically from left to right"),
    "length": (
        "sort the words by length, shortest on the left, with ties left as they stand",
        "arrange the words from the shortest on the left to the longest, with ties left as they stand",
    ),
    "vowels": (
        "sort the words by their number of vowels, fewest on the left, with ties left as they stand",
        "arrange the words from the one with the fewest vowels on the left to the one with the most, with ties left as they stand",
    ),
    "count": (
        "sort the words by how often {letter} occurs in them, fewest on the left, with ties left as they stand",
        "arrange the words by how many times they contain {letter}, from fewest on the left to most, with ties left as they stand",
    ),
    "letter": (
        "sort the words by their {place} letter alone, alphabetically from left to right, with ties left as they stand",
        "arrange the words from left to right by the alphabetical order of just their {place} letter, with ties left as they stand",
    ),
}
_RULE = ("{text1} may become {text2}", "change {text1} into {text2}")
_CONDITIONS = {
    "contains": "the word contains {letter}",
    "longer": "the word has more than {count} letters",
    "even": "the word has an even number of letters",
    "vowel": "the first letter is a vowel",
    "letters": "the first letter comes before the last one in the alphabet",
    "item": "the {place} word contains {letter}",
    "length": "the first word is longer than the last one",
    "words": "the first word comes before the last one in the alphabet",
}


def _orders(wording: int) -> dict[tuple[str, str], Phrase]:
    def phrase(text: str) -> Phrase:
        return Phrase(text, PATTERNS)

    return {
        **{("word", kind): phrase(told[wording]) for kind, told in _WORD.items()},
        **{("each", kind): phrase((f"in every word, {told[0]}", f"{told[1]} in every word")[wording]) for kind, told in _WORD.items()},
        **{("list", kind): phrase(told[wording]) for kind, told in _LIST.items()},
        ("word", "rule"): phrase(_RULE[wording]),
    }


ORDERS = (_orders(0), _orders(1))
CONDITIONS = {kind: Phrase(told, PATTERNS) for kind, told in _CONDITIONS.items()}
