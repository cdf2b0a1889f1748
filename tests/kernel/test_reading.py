"""Values as people keep them in their own lists: one meaning is read, two are asked about, none is invented."""

from datetime import date
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wedsync.kernel.reading.contacts import read_address, read_number, read_stage, read_tags, read_text
from wedsync.kernel.reading.dates import orders_of, read_date, shown
from wedsync.kernel.reading.model import Certainty, Reading
from wedsync.kernel.reading.names import Couple, Partner, read_names
from wedsync.kernel.reading.numbers import Amount, currencies_of, read_headcount, read_money

AnyReading: TypeAlias = Reading[Couple] | Reading[Amount] | Reading[str]

JULY, JUNE = date(2027, 7, 6), date(2027, 6, 7)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-07-06", JULY),
        ("2027-07-06 00:00:00", JULY),
        ("6 July 2027", JULY),
        ("06 Jul 2027", JULY),
        ("Tuesday 6th of July 2027", JULY),
        ("July 6, 2027", JULY),
        ("6-Jul-27", JULY),
        ("1 Sept 2027", date(2027, 9, 1)),
        ("29/02/2028", date(2028, 2, 29)),
        ("13.07.2027", date(2027, 7, 13)),
        ("07/13/2027", date(2027, 7, 13)),
        ("06/06/2027", date(2027, 6, 6)),
    ],
)
def test_a_date_that_reads_one_way_is_read(text: str, day: date) -> None:
    assert read_date(text).value == day


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("06/07/2027", (JULY, JUNE)),
        ("29/02/2027", ()),
        ("30-02-27", (date(2030, 2, 27),)),
        ("May 2028", ()),
        ("Summer 2027", ()),
        ("Monday 6 July 2027", (JULY,)),
        ("6 July 1066", (date(1066, 7, 6),)),
        ("2027-13-06", ()),
        ("06/07.2027", ()),
        ("46574", ()),
    ],
)
def test_a_date_that_reads_two_ways_or_none_is_asked_about(text: str, offers: tuple[date, ...]) -> None:
    reading = read_date(text)
    assert (reading.certainty, reading.value, reading.verbatim) == (Certainty.UNCERTAIN, None, text)
    assert reading.offers == offers
    assert reading.question.endswith("?")


@pytest.mark.parametrize("text", ["", "  ", "TBC", "tba", "n/a", "-"])
def test_nothing_yet_is_not_a_question(text: str) -> None:
    assert read_date(text).certainty is Certainty.EMPTY
    assert read_headcount(text).certainty is Certainty.EMPTY
    assert read_number(text).certainty is Certainty.EMPTY


@pytest.mark.parametrize(
    ("column", "text", "day"),
    [
        (["19/01/2027"], "06/07/2027", JULY),
        (["01/19/2027"], "06/07/2027", JUNE),
        (["06.07.2027", "24.12.2027"], "06/07/2027", JULY),
        (["19/01/2027", "01/19/2027"], "06/07/2027", None),
        (["05/05/2027"], "06/07/2027", None),
        (["99/99/2027", "19/01/2027"], "06/07/2027", JULY),
        (["19/01/2027", "2028-03-01"], "06-07-27", JULY),
        (["19/01/2027", "2028-03-01", "30-02-27"], "06-07-27", JULY),
        (["30-02-27"], "06-07-27", None),
        (["13-12-27", "06-07-27"], "06-07-27", None),
        (["31-12-99"], "06-07-27", JULY),
        (["19/01/2027", "2006-07-27"], "06-07-27", None),
    ],
)
def test_the_order_of_day_and_month_is_what_the_column_leaves_possible(
    column: list[str], text: str, day: date | None
) -> None:
    assert read_date(text, orders_of([*column, text])).value == day


@pytest.mark.parametrize(("text", "guests"), [("120", 120), (" 80 ", 80), ("95 guests", 95), ("2", 2), ("600", 600)])
def test_a_headcount_is_one_number(text: str, guests: int) -> None:
    assert read_headcount(text).value == guests


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("approx 120", (120,)),
        ("c. 90", (90,)),
        ("~60", (60,)),
        ("100+", (100,)),
        ("80-100", (80, 100)),
        ("80 to 100", (80, 100)),
        ("80 day, 40 evening", ()),
        ("1", ()),
        ("2027", ()),
        ("-5", ()),
        ("a few", ()),
    ],
)
def test_a_headcount_that_is_no_number_is_asked_about(text: str, offers: tuple[int, ...]) -> None:
    reading = read_headcount(text)
    assert (reading.certainty, reading.offers) == (Certainty.UNCERTAIN, offers)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("£1,800", "GBP 180000"),
        ("£1,950.00", "GBP 195000"),
        ("£500", "GBP 50000"),
        ("1.800,00 €", "EUR 180000"),
        ("€ 1.800", "EUR 180000"),
        ("1 800,50 EUR", "EUR 180050"),
        ("$2,400.5", "?"),
        ("$2400.5", "USD 240050"),
        ("USD 99", "USD 9900"),
        ("£1.800", "?"),
        ("2400", "?"),
        ("£5 €", "?"),
        ("-£20", "?"),
        ("£1,80,0", "?"),
        ("yes", "?"),
        ("lots", "?"),
        ("£99999999999", "?"),
        ("TBC", ""),
    ],
)
def test_money_is_read_with_its_currency_or_asked_about(text: str, amount: str) -> None:
    assert as_text(read_money(text)) == amount


def test_an_amount_without_a_currency_takes_the_only_one_of_its_column() -> None:
    assert as_text(read_money("2400", currencies_of(["£500", "yes", "2400"]))) == "GBP 240000"
    assert as_text(read_money("2400", currencies_of(["£500", "1.800,00 €", "2400"]))) == "?"


@pytest.mark.parametrize(
    ("text", "couple"),
    [
        ("  Malcolm  Taylor ", "Malcolm|Taylor"),
        ("Bray, Jayne", "Jayne|Bray"),
        ("Bethany and Owen Thompson", "Bethany|Thompson + Owen|Thompson"),
        ("Shane Cox & Joanne Wilson", "Shane|Cox + Joanne|Wilson"),
        ("Cameron & Chelsea O'Neill", "Cameron|O'Neill + Chelsea|O'Neill"),
        ("Samantha O’Smith-Walton", "Samantha|O’Smith-Walton"),
        ("Jennifer Null", "Jennifer|Null"),
        ("None, Ada", "Ada|None"),
        ("Anna van der Berg", "Anna|van der Berg"),
        ("Ann Lee/Bea Fox", "Ann|Lee + Bea|Fox"),
        ("Sandy Rand", "Sandy|Rand"),
        ("Zoë Åström", "Zoë|Åström"),
        ("Anna & Ben", "?"),
        ("Mary Jane Smith", "?"),
        ("Mr & Mrs Smith", "?"),
        ("Smith", "?"),
        ("J Smith", "?"),
        ("Smith, Ann & Bea", "?"),
        ("Ann, Bea and Cleo Fox", "?"),
        ("Ann & Bea & Cleo Fox", "?"),
        ("Clayton Ltd", "?"),
        ("=A1 & B1", "?"),
        ("ann@example.com", "?"),
        ("", ""),
    ],
)
def test_names_are_split_in_the_forms_we_know_and_in_no_other(text: str, couple: str) -> None:
    assert as_text(read_names(text)) == couple


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+44(0)1632 960 366", "+441632960366"),
        ("(0117)4960607", "+441174960607"),
        ("07700 900164", "+447700900164"),
        ("7700900164", "+447700900164"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("(028)9018909", "?"),
        ("07700 900164 / 07700 900165", "?"),
        ("07700 900164 ext 5", "?"),
        ("4.47701E+11", "?"),
        ("ring Mum", "?"),
        ("n/a", ""),
    ],
)
def test_a_telephone_number_has_all_its_figures_or_is_asked_about(text: str, number: str) -> None:
    assert as_text(read_number(text)) == number


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Ann@Example.COM ", "Ann@example.com"),
        ("Terence@", "?"),
        ("Tracy@example..com", "?"),
        ("june at example.com", "?"),
        ("ann@example.com; bea@example.com", "?"),
    ],
)
def test_an_email_address_is_one_address_or_asked_about(text: str, address: str) -> None:
    assert as_text(read_address(text)) == address


def test_several_addresses_in_one_cell_are_all_offered() -> None:
    assert read_address("ann@example.com; bea@example.com").offers == ("ann@example.com", "bea@example.com")


def test_a_formula_stays_text_and_is_asked_about() -> None:
    formula = '=HYPERLINK("http://example.com")'
    reading = read_text(formula)
    assert (reading.certainty, reading.value, reading.offers) == (Certainty.UNCERTAIN, None, (formula,))


def test_stages_and_tags_are_read_as_they_are_meant() -> None:
    assert read_stage("BOOKED ").value == "booked"
    assert read_stage("on hold").certainty is Certainty.UNCERTAIN
    assert read_tags("vip;2027, vip").value == ("vip", "2027")
    assert read_text("Null\r\ntwo lines ").value == "Null\ntwo lines"


ANY_TEXT = st.text(max_size=60) | st.from_regex(r"[ £€$.,0-9/\-a-zA-Z&+@=]{0,24}", fullmatch=True)
READERS = (
    read_date,
    read_headcount,
    read_money,
    read_names,
    read_number,
    read_address,
    read_text,
    read_tags,
    read_stage,
)


@given(ANY_TEXT)
@settings(max_examples=150, deadline=None)
def test_every_text_is_kept_and_is_certain_asked_about_or_empty(text: str) -> None:
    for reader in READERS:
        reading = reader(text)
        assert reading.verbatim == text
        assert (reading.value is not None) == (reading.certainty is Certainty.CERTAIN)
        assert bool(reading.question) == (reading.certainty is Certainty.UNCERTAIN)


@given(
    st.dates(date(2000, 1, 1), date(2079, 12, 31)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%y", "%Y-%m-%d"])
)
@settings(max_examples=150, deadline=None)
def test_a_day_that_was_written_is_read_as_itself_or_among_the_offers(day: date, style: str) -> None:
    reading = read_date(day.strftime(style))
    assert day in (reading.value, *reading.offers)


@given(st.dates(date(1990, 1, 1), date(2079, 12, 31)))
@settings(max_examples=50, deadline=None)
def test_a_day_in_words_is_always_certain(day: date) -> None:
    assert read_date(shown(day)).value == day


@given(st.integers(0, 1_000_000_000))
@settings(max_examples=100, deadline=None)
def test_an_amount_in_pounds_comes_back_to_the_penny(pence: int) -> None:
    assert as_text(read_money(f"£{pence / 100:,.2f}")) == f"GBP {pence}"


def as_text(reading: AnyReading) -> str:
    """ "?" where it is asked about, else the value in a short form."""
    if reading.certainty is Certainty.UNCERTAIN:
        return "?"
    match reading.value:
        case Couple():
            return " + ".join(f"{each.first_name}|{each.last_name}" for each in partners(reading.value))
        case Amount():
            return f"{reading.value.currency} {reading.value.pence}"
        case None:
            return ""
        case _:
            return str(reading.value)


def partners(couple: Couple) -> list[Partner]:
    return [each for each in (couple.partner1, couple.partner2) if each]


@pytest.mark.parametrize("text", ["0001-01-01", "01/01/0001"])
def test_the_day_that_programs_write_for_none_at_all_is_asked_about(text: str) -> None:
    reading = read_date(text)
    assert (reading.certainty, reading.value) == (Certainty.UNCERTAIN, None)
