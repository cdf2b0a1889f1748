"""What an import would do with each row, before anything is saved."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wedsync.features.client_lists.files import read_pasted
from wedsync.features.client_lists.model import Draft, Fate, Outcome, Preview, Target
from wedsync.features.client_lists.preview import preview
from wedsync.kernel.problems import Invalid

HEADER = "Name;Email;Phone;Date;Notes\n"
ANN = "Ann Lee;ann@example.com;07700 900164;6 July 2027;\n"


def of(rows: str, header: str = HEADER) -> Preview:
    return preview(read_pasted(header + rows))


def fates(found: Preview) -> list[Fate]:
    return [outcome.fate for outcome in found.outcomes]


def draft_of(outcome: Outcome) -> Draft:
    assert outcome.draft is not None
    return outcome.draft


def targets(found: Preview) -> list[tuple[str, Target | None]]:
    return [(column.title, column.target) for column in found.columns]


def test_a_row_without_a_question_is_imported() -> None:
    assert fates(of(ANN)) == [Fate.IMPORTED]


def test_a_row_with_a_question_is_flagged_and_says_which_cell() -> None:
    outcome = of(ANN.replace("6 July 2027", "06/07/2027")).outcomes[0]
    assert outcome.fate is Fate.FLAGGED
    assert [(question.target, question.verbatim) for question in outcome.questions] == [(Target.DATE, "06/07/2027")]
    assert outcome.questions[0].detail == "Is this 6 July 2027 or 7 June 2027?"


def test_a_row_without_a_name_is_refused_with_what_to_do() -> None:
    outcome = of(";ann@example.com;;;\n" + ANN).outcomes[0]
    assert (outcome.fate, outcome.row_number) == (Fate.REFUSED, 2)
    assert "no name" in outcome.reason


def test_a_row_with_more_cells_than_the_header_is_refused() -> None:
    found = of(ANN * 9 + "Bea Fox;;;;a note; with a semicolon\n")
    assert "6 cells, the header 5" in found.outcomes[-1].reason
    assert found.count(Fate.REFUSED) == 1


def test_a_row_that_says_the_same_or_more_is_merged_and_nothing_is_lost() -> None:
    found = of(ANN + "LEE, ANN;Ann@Example.com;;06.07.2027;Two dogs\n" + "Bea Fox;;;13.07.2027;\n")
    assert fates(found) == [Fate.IMPORTED, Fate.MERGED, Fate.IMPORTED]
    assert found.outcomes[1].into == 2
    assert found.outcomes[1].reason == (
        "The same client as in row 2: same names and email address, date, and nothing that differs."
    )
    notes = draft_of(found.outcomes[0]).notes
    assert notes is not None
    assert notes.value == "Two dogs"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (ANN.replace("6 July", "7 July"), "Row 2 has the same names, but another date. Are they one client?"),
        (ANN.replace("Ann Lee", "Bea Fox"), "Row 2 has the same email address, phone number. Is it the same client?"),
    ],
)
def test_rows_that_look_alike_and_differ_are_asked_about_and_not_merged(row: str, sentence: str) -> None:
    found = of(ANN + row)
    assert fates(found) == [Fate.IMPORTED, Fate.FLAGGED]
    assert found.outcomes[1].questions[0].detail == sentence.replace("phone number", "telephone number")


def test_two_couples_of_one_name_with_nothing_in_common_are_two_clients() -> None:
    assert fates(of(ANN + "Ann Lee;other@example.com;;8 May 2028;\n")) == [Fate.IMPORTED, Fate.IMPORTED]


def test_columns_are_known_by_title_by_part_of_it_and_by_their_cells() -> None:
    found = of(
        "Ann Lee;a@example.com;07700 900164;13/07/2027;x;90\n", "Couple;Bride's email;Ring;When;Colour;No. of Guests\n"
    )
    assert targets(found) == [
        ("Couple", Target.NAMES),
        ("Bride's email", Target.EMAIL),
        ("Ring", Target.PHONE),
        ("When", Target.DATE),
        ("Colour", None),
        ("No. of Guests", Target.GUESTS),
    ]
    assert draft_of(found.outcomes[0]).others == (("Colour", "x"),)


def test_a_title_that_its_cells_contradict_is_suggested_but_not_taken() -> None:
    found = of("Ann Lee;blue\nBea Fox;green\n", "Name;Date\n")
    assert found.columns[1].target is Target.DATE
    assert found.columns[1].confidence < 0.7
    assert draft_of(found.outcomes[0]).others == (("Date", "blue"),)


def test_names_in_two_columns_each_are_put_together() -> None:
    rows = "Ann;Lee;Bea;Fox\nMary Jane;Null;;\nCleo;;;\n"
    found = of(rows, "First name;Surname;Partner first name;Partner surname\n")
    names = [draft_of(outcome).names for outcome in found.outcomes]
    assert [reading.verbatim for reading in names] == ["Ann Lee & Bea Fox", "Mary Jane Null", "Cleo"]
    assert fates(found) == [Fate.IMPORTED, Fate.IMPORTED, Fate.FLAGGED]


def test_your_own_mapping_goes_before_the_suggestion() -> None:
    table = read_pasted("Name;Booked by\nWalton Hall;Ann Lee\n")
    draft = draft_of(preview(table, {Target.NAMES: 1, Target.VENUE: 0}).outcomes[0])
    assert draft.names.verbatim == "Ann Lee"
    assert draft.venue is not None
    assert draft.venue.value == "Walton Hall"
    with pytest.raises(Invalid, match="no such column"):
        preview(table, {Target.NAMES: 2})


def test_a_list_without_names_is_refused() -> None:
    with pytest.raises(Invalid, match="no column with names"):
        of("ann@example.com;07700 900164\n", "Email;Phone\n")


CELL = st.sampled_from(
    ["", "Ann Lee", "Bea Fox", "ann@example.com", "x@", "TBC", "06/07/2027", "13/07/2027", "=1", "80-100"]
)


@given(st.lists(st.lists(CELL, min_size=5, max_size=6), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_every_row_has_one_fate_and_every_cell_is_somewhere(rows: list[list[str]]) -> None:
    written = [row for row in rows if any(row)]
    if not written:
        return
    table = read_pasted("\n".join([HEADER.strip(), *(";".join(row) for row in rows)]))
    found = preview(table)
    assert sum(found.count(fate) for fate in Fate) == len(table.rows)
    assert len({outcome.row_number for outcome in found.outcomes}) == len(found.outcomes)
    for outcome, row in zip(found.outcomes, table.rows, strict=True):
        if outcome.fate in {Fate.IMPORTED, Fate.FLAGGED}:
            draft = draft_of(outcome)
            kept = {reading.verbatim for _, reading in draft.readings()} | {text for _, text in draft.others}
            assert set(row[:5]) - {""} <= kept
            assert bool(outcome.questions) == (outcome.fate is Fate.FLAGGED)
