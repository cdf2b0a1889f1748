"""200 rows of both lists, labelled by reading them: what each cell means, or that nobody can tell.

tests/data/README.md says how they were labelled. A wrong value that nobody is asked about may not happen once.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.model import AnyReading, Draft, Fate, Preview
from wedsync.features.client_lists.preview import preview
from wedsync.kernel.reading.model import Certainty
from wedsync.kernel.reading.names import Couple
from wedsync.kernel.reading.numbers import Amount

DATA = Path(__file__).parents[2] / "data"
FIELDS = (
    "names", "email", "phone", "company", "date", "venue", "guests", "package", "total", "paid", "stage", "notes", "tags",
)  # fmt: skip
ASKED = "?"
# Labels of the 200 rows that are not empty.
WRITTEN = 1_790


@pytest.fixture(scope="module")
def previews() -> dict[str, Preview]:
    names = ("messy", "dubsado")
    return {name: preview(read_file((DATA / f"clients-{name}.csv").read_bytes())) for name in names}


def test_the_fates_of_all_rows_add_up_to_the_rows_read(previews: dict[str, Preview]) -> None:
    counted = {name: Counter(outcome.fate for outcome in each.outcomes) for name, each in previews.items()}
    assert counted == {
        "messy": {Fate.IMPORTED: 218, Fate.FLAGGED: 746, Fate.MERGED: 36},
        "dubsado": {Fate.IMPORTED: 181, Fate.FLAGGED: 19},
    }
    assert sum(counted["messy"].values()) == 1_000


def test_only_rows_that_say_the_same_are_merged_each_with_its_reason(previews: dict[str, Preview]) -> None:
    with (DATA / "clients-messy.csv").open(encoding="cp1252", newline="") as lines:
        rows = dict(enumerate(csv.reader(lines, delimiter=";"), start=1))
    merged = [outcome for outcome in previews["messy"].outcomes if outcome.fate is Fate.MERGED]
    assert all(outcome.into is not None and rows[outcome.into] == rows[outcome.row_number] for outcome in merged)
    assert all(outcome.reason.startswith(f"The same client as in row {outcome.into}: ") for outcome in merged)


def test_at_least_97_in_100_labelled_fields_are_right_and_no_wrong_one_goes_unasked(
    previews: dict[str, Preview],
) -> None:
    drafts = {(name, each.row_number): each.draft for name, found in previews.items() for each in found.outcomes}
    right: Counter[str] = Counter()
    wrong: list[tuple[str, ...]] = []
    unasked: list[tuple[str, ...]] = []
    with (DATA / "clients-labelled.csv").open(encoding="utf-8", newline="") as lines:
        for label in csv.DictReader(lines):
            draft = drafts[label["file"], int(label["row"])]
            assert draft is not None
            for field in FIELDS:
                read = as_label(reading_of(draft, field))
                if read == label[field]:
                    # Empty cells are easily right, so they do not count.
                    right[field] += bool(read)
                else:
                    (wrong if read == ASKED else unasked).append(
                        (label["file"], label["row"], field, read, label[field])
                    )
    assert unasked == []
    asked = Counter(field for _, _, field, *_ in wrong)
    assert all(right[field] >= 0.97 * (right[field] + asked[field]) for field in FIELDS), wrong
    assert right.total() + len(wrong) == WRITTEN


def reading_of(draft: Draft, field: str) -> AnyReading | None:
    return next((reading for target, reading in draft.readings() if target == field), None)


def as_label(reading: AnyReading | None) -> str:
    if reading is None or reading.certainty is Certainty.EMPTY:
        return ""
    if reading.certainty is Certainty.UNCERTAIN:
        return ASKED
    match reading.value:
        case Couple():
            partners = [reading.value.partner1, *([reading.value.partner2] if reading.value.partner2 else [])]
            return " + ".join(f"{each.first_name}|{each.last_name}" for each in partners)
        case Amount():
            return f"{reading.value.currency} {reading.value.pence / 100:.2f}"
        case tuple():
            return " + ".join(reading.value)
        case _:
            return str(reading.value)
