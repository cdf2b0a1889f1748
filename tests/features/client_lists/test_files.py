"""Files as they come: any encoding and separator, workbooks, cards, pasted cells, and what is no list at all."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wedsync.features.client_lists.files import read_file, read_pasted
from wedsync.features.client_lists.harmless import harmless
from wedsync.features.client_lists.limits import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from wedsync.features.client_lists.model import FileKind, Preview, Table
from wedsync.features.client_lists.preview import preview
from wedsync.features.client_lists.workbooks import MOST_UNPACKED_BYTES
from wedsync.kernel.problems import Invalid, PayloadTooLarge, Problem, UnsupportedMediaType

LIST = "Name;Venue;Email\nZoë O’Brien;Café Rivière, Bath;zoe@example.com\nJennifer Null;;\n"
ROWS = (("Zoë O’Brien", "Café Rivière, Bath", "zoe@example.com"), ("Jennifer Null", "", ""))
CARDS = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Fox;Bea;;;\r\nFN:Bea Fox\r\nEMAIL;TYPE=HOME:bea@exam\r\n ple.com\r\n"
    "item1.TEL;TYPE=CELL:07700 900164\r\nTEL:07700 900165\r\nNOTE:Two dogs\\, one\\ncat\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;ENCODING=QUOTED-PRINTABLE:Str=C3=B6m;Zo=C3=AB\r\nEND:VCARD\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_reads_the_same_in_each_encoding(encoding: str) -> None:
    table = read_file(LIST.encode(encoding))
    assert (table.header, table.rows, table.row_numbers) == (("Name", "Venue", "Email"), ROWS, (2, 3))
    assert bool(table.asks) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("cp1251", "Анна Сидорова", "Анна"),
        ("cp1252", "Zoë Åström", "Zoë"),
        ("cp1250", "Łukasz Wójcik", "£ukasz"),
    ],
)
def test_letters_of_an_encoding_that_cannot_prove_itself_are_shown(encoding: str, text: str, shown: str) -> None:
    table = read_file(f"Name;Email\n{text};a@example.com\n".encode(encoding))
    assert table.asks[0].startswith("We read this as ")
    assert shown in table.asks[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(delimiter: str) -> None:
    table = read_file(f'name{delimiter}notes\nAnn Lee{delimiter}"two\nlines{delimiter}"\nBea Fox{delimiter}\n'.encode())
    assert (table.delimiter, table.rows) == (delimiter, (("Ann Lee", f"two\nlines{delimiter}"), ("Bea Fox", "")))


def test_a_title_above_the_header_and_empty_lines_are_no_rows() -> None:
    table = read_file(b"My clients 2027,,\n,,\nClient Name,Email,Mobile\nAnn Lee,a@example.com,\n,,\nBea Fox,,\n")
    assert (table.header[0], table.row_numbers) == ("Client Name", (4, 6))


def test_a_list_without_a_header_loses_no_row() -> None:
    assert read_file(b"Ann Lee,ann@example.com\nBea Fox,bea@example.com\n").row_numbers == (1, 2)


def test_the_separator_that_excel_writes_down_is_taken_at_its_word() -> None:
    assert read_file(b"sep=|\r\nName|Notes\r\nAnn Lee|a,b\r\n").rows == (("Ann Lee", "a,b"),)


def test_cells_pasted_from_a_spreadsheet_are_read() -> None:
    assert read_pasted("Name\tEmail\nAnn Lee\tann@example.com").rows == (("Ann Lee", "ann@example.com"),)


def test_cards_are_read_with_folded_lines_escapes_and_old_encodings() -> None:
    table = read_file(CARDS.encode())
    assert table.kind is FileKind.CARDS
    assert table.rows[0] == ("Bea Fox", "bea@example.com", "07700 900164", "", "Two dogs, one\ncat", "", "07700 900165")
    assert table.rows[1][0] == "Zoë Ström"


def test_the_second_number_of_a_card_is_kept_and_is_nobody_elses() -> None:
    raw = b"BEGIN:VCARD\nFN:Ann Lee\nTEL:07700 900123\nTEL;TYPE=work:07700 900124\nTEL:07700 900123\nEND:VCARD\n"
    [outcome] = preview(read_file(raw)).outcomes
    assert outcome.draft is not None
    assert outcome.draft.phone is not None
    assert (outcome.draft.phone.value, outcome.draft.partner_phone) == ("+447700900123", None)
    assert outcome.draft.others == (("Further numbers", "07700 900124"),)


def test_a_list_of_json_objects_is_read_under_all_of_their_names() -> None:
    table = read_file(
        b'[{"name": "Ann Lee", "guests": 120.0, "vip": true}, {"name": "Bea Fox", "phone": null, "guests": 80}]'
    )
    assert (table.kind, table.header) == (FileKind.JSON, ("name", "guests", "vip", "phone"))
    assert table.rows == (("Ann Lee", "120", "yes", ""), ("Bea Fox", "80", "", ""))


def test_a_workbook_is_read_with_its_dates_and_whole_numbers() -> None:
    table = read_file(
        workbook(
            sheet(
                "<c r='A2' t='inlineStr'><is><t>Ann Lee</t></is></c><c r='B2'><v>120</v></c><c r='C2' s='1'><v>46574</v></c>"
            )
        )
    )
    assert table.kind is FileKind.EXCEL
    assert (table.header, table.rows) == (("Name", "Guests", "Date"), (("Ann Lee", "120", "2027-07-06"),))


@pytest.mark.parametrize(
    ("raw", "problem", "words"),
    [
        (b"", Invalid, "empty"),
        (b"  \n", Invalid, "empty"),
        (b"Name,Email\n", Invalid, "no rows"),
        (b"%PDF-1.7 ...", UnsupportedMediaType, "a PDF"),
        (b"\x89PNG\r\n", UnsupportedMediaType, "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", UnsupportedMediaType, "before 2007"),
        (b"Name,Email\nAnn\x00Lee,a\n", UnsupportedMediaType, "not text"),
        (b"PK\x03\x04broken", UnsupportedMediaType, "damaged"),
        (b"\xff\xfeN", UnsupportedMediaType, "damaged"),
        (b'Name,Notes\nAnn Lee,"never closed\nBea Fox,\n', Invalid, "line 3"),
        (b"a" * (MOST_BYTES + 1), PayloadTooLarge, "10 MB"),
        (b"Name,Email\n" + b"A B,a@b.c\n" * (MOST_ROWS + 1), PayloadTooLarge, "20,000"),
        (b"Name,Email" + b"," * MOST_COLUMNS + b"\nA,B" + b"," * MOST_COLUMNS, PayloadTooLarge, "columns"),
        (b"Name,Notes\nAnn Lee," + b"x" * (LONGEST_CELL + 1), PayloadTooLarge, "row 2"),
        (b"Name,Notes\nAnn Lee," + b"x" * 200_000, PayloadTooLarge, "row 2"),
        (b'[{"name": {"first": "Ann"}}]', Invalid, "not a list of clients"),
        (b'[{"name": "Ann Lee"', Invalid, "not a list of clients"),
        (b"[{" + b'"a": [[' * 100_000, Invalid, "not a list of clients"),
        (b"BEGIN:VCARD\nFN:Ann Lee\n", Invalid, "does not end"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_what_to_do(raw: bytes, problem: type[Problem], words: str) -> None:
    with pytest.raises(problem) as refused:
        read_file(raw)
    assert words in refused.value.detail


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"Name,Email\n" + (b"Ann Lee," + b"a" * 9_000 + b"\n") * 1_000, Preview),
        (b"Name,Email\nAnn Lee," + b"a" * 9_000 + b"\xe9\n", Preview),
        (b"a" * 200_000 + b"\xe9\n", Problem),
        (b"Name,Notes\nAnn Lee," + b"x" * 9_000_000 + b"\n", Problem),
        (b"ab," * 1_000_000, Problem),
        (b"a\n" * 1_000_000, Problem),
        (json.dumps([{f"k{number}": 1} for number in range(20_000)]).encode(), Problem),
    ],
)
@pytest.mark.timeout(20)
def test_what_is_made_to_take_long_does_not(raw: bytes, kind: type[Preview] | type[Problem]) -> None:
    table = read_or_refusal(raw)
    assert isinstance(preview(table) if isinstance(table, Table) else table, kind)


def test_a_packed_folder_is_no_workbook() -> None:
    with pytest.raises(UnsupportedMediaType, match="packed folder"):
        read_file(packed({"list.csv": b"Name\nAnn Lee\n"}))


def test_a_workbook_that_unpacks_to_far_more_is_refused() -> None:
    with pytest.raises(PayloadTooLarge, match="far more"):
        read_file(packed({"xl/workbook.xml": b"<workbook/>", "xl/bomb.xml": bytes(MOST_UNPACKED_BYTES + 1)}))


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    raw = bytearray(packed({"xl/workbook.xml": b"<workbook/>", "xl/bomb.xml": bytes(3_000_000)}))
    honest = (3_000_000).to_bytes(4, "little")
    assert bytes(raw).count(honest) == 2
    with pytest.raises(UnsupportedMediaType, match="damaged"):
        read_file(bytes(raw).replace(honest, (10).to_bytes(4, "little")))


@pytest.mark.parametrize(
    "cells",
    [
        "<c r='XFD2'><v>1</v></c>",
        '<c r = "A1048576"><v>1</v></c>',
        "</row><row r='1048576'><c><v>1</v></c>",
        "<c><v>1</v></c>" * 101,
        "<c/></row><row>" * 20_100,
    ],
)
def test_one_cell_in_a_far_corner_is_refused(cells: str) -> None:
    with pytest.raises(PayloadTooLarge, match="The sheet reaches"):
        read_file(workbook(sheet(cells)))


def test_words_that_a_workbook_makes_of_words_are_not_made() -> None:
    """An entity of entities of entities: a gigabyte, were it read as it asks."""
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha' * 10}'>" for n in range(10))
    rows = sheet("<c r='A2' t='inlineStr'><is><t>Ann Lee &l9;</t></is></c>")
    found = read_or_refusal(workbook(rows, f"<!DOCTYPE worksheet [{laughs}]>"))
    cells = "".join(cell for row in found.rows for cell in row) if isinstance(found, Table) else found.detail
    assert len(cells) < LONGEST_CELL


def test_a_workbook_with_macros_is_a_list_like_others_and_they_stay_behind() -> None:
    raw = workbook(sheet("<c r='A2' t='inlineStr'><is><t>Ann Lee</t></is></c>"))
    with zipfile.ZipFile(io.BytesIO(raw)) as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    assert read_file(packed(parts | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 100})).rows == read_file(raw).rows


def test_lines_of_two_encodings_are_read_as_one_and_asked_about() -> None:
    table = read_file("Name;Venue\nZoë Fox;Café\n".encode() + "Noël Lee;Rivière\n".encode("cp1252"))
    assert len(table.rows) == 2
    assert table.rows[1][0] == "Noël Lee"
    assert len(table.asks) == 1


def test_names_that_are_written_from_right_to_left_stay_as_they_are() -> None:
    table = read_file("Name,Email\nשרה כהן,a@example.org\nأمل حداد,b@example.org\n".encode())
    assert [row[0] for row in table.rows] == ["שרה כהן", "أمل حداد"]
    found = [outcome.draft for outcome in preview(table).outcomes]
    assert [draft.names.value.partner1.last_name for draft in found if draft and draft.names.value] == ["כהן", "حداد"]


@given(st.binary(max_size=300) | st.text(alphabet='ab,;"\n\r\t@', max_size=80).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_any_bytes_become_rows_or_a_refusal_in_words(raw: bytes) -> None:
    outcome = read_or_refusal(raw)
    if isinstance(outcome, Problem):
        assert outcome.detail
    else:
        assert outcome.rows
        assert len(outcome.rows) == len(outcome.row_numbers)


def read_or_refusal(raw: bytes) -> Table | Problem:
    try:
        return read_file(raw)
    except Problem as problem:
        return problem


CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(CELLS.filter(str.strip), CELLS), min_size=1, max_size=6), st.sampled_from(",;\t|"))
@settings(max_examples=100, deadline=None)
def test_what_was_written_as_csv_comes_back_cell_for_cell(rows: list[tuple[str, str]], delimiter: str) -> None:
    """Also what a spreadsheet would run, and what begins with an apostrophe."""
    written = [[harmless(cell).replace('"', '""') for cell in row] for row in [("Name", "Notes"), *rows]]
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in written]
    table: Table = read_file("\n".join(lines).encode())
    assert table.rows == tuple(rows)


def packed(parts: dict[str, bytes]) -> bytes:
    folder = io.BytesIO()
    with zipfile.ZipFile(folder, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return folder.getvalue()


def sheet(cells: str) -> str:
    head = "".join(
        f"<c r='{at}1' t='inlineStr'><is><t>{title}</t></is></c>"
        for at, title in zip("ABC", ("Name", "Guests", "Date"), strict=True)
    )
    return f"<row r='1'>{head}</row><row r='2'>{cells}</row>"


def workbook(rows: str, declared: str = "") -> bytes:
    """The least that is a workbook; style 1 shows a date."""
    ns = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "xmlns='http://schemas.openxmlformats.org/package/2006/relationships'"
    parts = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "_rels/.rels": f"<Relationships {package}><Relationship Id='r1' Type='{office}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook {ns} xmlns:r='{office}'><sheets><sheet name='Clients' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships {package}><Relationship Id='r1' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/><Relationship Id='r2' Type='{office}/styles' Target='styles.xml'/></Relationships>",
        "xl/styles.xml": f"<styleSheet {ns}><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>",
        "xl/worksheets/sheet1.xml": f"{declared}<worksheet {ns}><sheetData>{rows}</sheetData></worksheet>",
    }
    return packed({name: f"<?xml version='1.0'?>{content}".encode() for name, content in parts.items()})


def test_a_folder_is_not_handed_over_as_a_list(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path.read_bytes())
