"""The stories a bill can be told in: the wordings, one per story. ``_pricing_telling`` turns them into text and back.

In a wording, ``{count}`` stands for units, ``{price}`` for an amount of money, ``{noun}`` and ``{nouns}`` for what is bought (one, several),
``{a_noun}`` for one with its article, ``{worth}`` for a percentage or an amount, ``{name}`` for a customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAMES = ("Rosa", "Ken", "Ida", "Bo", "Lena", "Omar", "Ines", "Tariq", "Mina", "Paul", "Vera", "Juno")


@dataclass(frozen=True)
class Wording:
    """How one story says each part of a bill. ``between`` joins entries, ``last`` the last two; ``gap`` stands between sentences."""

    nouns: tuple[str, ...]
    single: str
    several: str
    entries: str
    between: str
    last: str
    single_returned: str
    several_returned: str
    tier: str
    tiers: str
    coupon: str
    tax: str
    two_taxes: str
    facts: tuple[str, ...]
    question: str
    gap: str = " "


_MARKET = Wording(
    nouns=(
        "pen",
        "cup",
        "lamp",
        "basket",
        "candle",
        "apron",
        "kettle",
        "mirror",
        "scarf pin",
        "stool",
        "umbrella",
        "vase",
        "rope",
        "plate",
    ),
    single="{a_noun} for {price}",
    several="{count} {nouns} at {price} each",
    entries="At the market {name} buys {entries}.",
    between=", ",
    last=" and ",
    single_returned="{name} gives back the {noun}.",
    several_returned="{name} gives back {count} of the {nouns}.",
    tier="{percent}% from {price}",
    tiers="The stall grants a spending discount of {tiers}.",
    coupon="{name} hands over a coupon worth {worth}.",
    tax="The market tax is {tax}%.",
    two_taxes="The market has a first tax of {first}% and a second tax of {second}%.",
    facts=(
        "The stall has been there for {} years.",
        "{name} came with ${} in a purse.",
        "The walk home takes {} minutes.",
        "Last week's shopping came to ${}.",
        "The stall next door takes {}% off all hats.",
        "There were {} people in the queue.",
        "The awning was bought for ${} long ago.",
    ),
    question="How much does {name} have to pay?",
)

_RECEIPT = Wording(
    nouns=(
        "bolt",
        "hinge",
        "hammer",
        "bucket",
        "drill",
        "brush",
        "ladder",
        "saw",
        "wrench",
        "tape roll",
        "paint can",
        "shovel",
        "chain",
        "lock",
    ),
    single="1 x {noun} @ {price}",
    several="{count} x {noun} @ {price}",
    entries="RECEIPT\n{entries}",
    between="\n",
    last="\n",
    single_returned="RETURNED: 1 x {noun}",
    several_returned="RETURNED: {count} x {noun}",
    tier="{percent}% ({price} or more)",
    tiers="SPENDING DISCOUNT: {tiers}",
    coupon="COUPON: {worth}",
    tax="TAX: {tax}%",
    two_taxes="FIRST TAX: {first}%\nSECOND TAX: {second}%",
    facts=(
        "TILL: {}",
        "POINTS COLLECTED: {}",
        "PARKING, PAID APART: ${}",
        "CUSTOMER OF THE DAY: {}",
        "GIFT CARDS SOLD FROM ${}",
        "NEXT WEEK: {}% OFF ALL PLANTS",
        "CASHIER: {}",
    ),
    question="What is the total to pay?",
    gap="\n",
)

_HOTEL = Wording(
    nouns=(
        "breakfast",
        "boat trip",
        "massage",
        "bath towel",
        "city map",
        "taxi ride",
        "museum ticket",
        "dinner",
        "picnic basket",
        "sauna visit",
        "phone call",
        "bicycle day",
        "concert seat",
        "ski lesson",
    ),
    single="1 {noun}, {price}",
    several="{count} {nouns}, {price} apiece",
    entries="A guest leaves the Harbour Hotel. The room account shows {entries}.",
    between="; ",
    last="; ",
    single_returned="The desk has cancelled the {noun}.",
    several_returned="The desk has cancelled {count} of the {nouns}.",
    tier="{percent}% once the amount is at least {price}",
    tiers="Loyal guests get a spending discount: {tiers}.",
    coupon="The guest shows a coupon that counts {worth}.",
    tax="The city levies a tax of {tax}%.",
    two_taxes="The city levies a first tax of {first}%, and the region a second tax of {second}%.",
    facts=(
        "The room has the number {}.",
        "The hotel has {} beds.",
        "A suite would have cost ${} more.",
        "In winter all rooms are {}% cheaper.",
        "The porter was tipped ${} in cash.",
        "The lift stops {} times an hour.",
        "The bus to the station leaves in {} minutes.",
    ),
    question="What does the guest owe for this account?",
)

_GARAGE = Wording(
    nouns=(
        "spark plug",
        "wiper blade",
        "filter",
        "tyre",
        "brake pad",
        "fuse",
        "bulb",
        "hose",
        "valve",
        "seat cover",
        "oil can",
        "fan belt",
        "door handle",
        "side mirror",
    ),
    single="one {noun} ({price})",
    several="{count} {nouns} ({price} for each)",
    entries="Dear customer, your car is ready. We have fitted {entries}.",
    between=", ",
    last=" and ",
    single_returned="As you wished, we took the {noun} back.",
    several_returned="As you wished, we took {count} of the {nouns} back.",
    tier="{percent}% when the amount reaches {price}",
    tiers="Our spending discount is {tiers}.",
    coupon="We have noted your coupon of {worth}.",
    tax="The invoice carries a tax of {tax}%.",
    two_taxes="The invoice carries a first tax of {first}% and a second tax of {second}%.",
    facts=(
        "Your car stands in bay {}.",
        "It has been with us for {} hours.",
        "The coffee you drank, already paid at the bar, was ${}.",
        "Our car wash costs ${} on Sundays.",
        "Members of the motor club save {}% on fuel.",
        "The last service was {} months ago.",
        "We have looked after {} cars this season.",
    ),
    question="Which amount should you transfer to us?",
)

_PHONE = Wording(
    nouns=("mask", "crown", "cape", "wig", "sword", "drum", "bonnet", "shield", "robe", "harp", "lantern", "puppet", "fan", "whistle"),
    single="Caller: I would like {a_noun}.\nClerk: That is {price}.",
    several="Caller: I would like {count} {nouns}.\nClerk: They cost {price} each.",
    entries="{entries}",
    between="\n",
    last="\n",
    single_returned="Caller: Sorry, please cancel the {noun}.",
    several_returned="Caller: Sorry, please cancel {count} of the {nouns}.",
    tier="{percent}% starting at {price}",
    tiers="Clerk: We have a spending discount, {tiers}.",
    coupon="Caller: I also have a coupon, it says {worth}.",
    tax="Clerk: There is {tax}% tax.",
    two_taxes="Clerk: There is a first tax, {first}%, and a second tax, {second}%.",
    facts=(
        "Clerk: You are caller number {} today.",
        "Caller: The play runs for {} nights.",
        "Caller: Last year I rented everything for ${} elsewhere.",
        "Clerk: Our shoes are {}% cheaper in spring.",
        "Caller: We expect {} visitors.",
        "Clerk: A pot of face paint would be ${}, by the way.",
        "Caller: The tickets sell for ${} at the door.",
    ),
    question="Caller: How much does my order come to?",
    gap="\n",
)

_CATERER = Wording(
    nouns=(
        "soup",
        "pie",
        "salad",
        "cake",
        "bread",
        "stew",
        "fruit bowl",
        "cheese plate",
        "punch",
        "tart",
        "rice dish",
        "pasta dish",
        "tea",
        "cider",
    ),
    single="{noun} | 1 | {price}",
    several="{noun} | {count} | {price}",
    entries="dish | portions | price of a portion\n{entries}",
    between="\n",
    last="\n",
    single_returned="cancelled | {noun} | 1",
    several_returned="cancelled | {noun} | {count}",
    tier="amounts from {price} up: {percent}%",
    tiers="spending discount | {tiers}",
    coupon="coupon | {worth}",
    tax="tax | {tax}%",
    two_taxes="first tax | {first}%\nsecond tax | {second}%",
    facts=(
        "guests invited | {}",
        "tables | {}",
        "deposit for the hall, settled with its owner | ${}",
        "waiters | {}",
        "discount on flowers at the florist's | {}%",
        "tips last time | ${}",
        "order number | {}",
    ),
    question="What is the amount of the caterer's invoice?",
    gap="\n",
)

STORIES: Mapping[str, Wording] = {
    "market": _MARKET,
    "receipt": _RECEIPT,
    "hotel": _HOTEL,
    "garage": _GARAGE,
    "phone": _PHONE,
    "caterer": _CATERER,
}
