"""Customers in CSV files: what is read, and what is refused."""

from __future__ import annotations

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.customer_people import ImportCustomer
from shared.customer_csv import COLUMNS, FileRefused, Problem, Report, column_of, decode, read, read_parts

HEADER = "customer,name,email,country,currency"
ROW = "1001,Roe GmbH,jane@roe.example,DE,EUR"
MINIMUM = {"email": "jane@roe.example", "name": "Roe GmbH", "country": "DE", "currency": "EUR"}


def rows(*lines: str, header: str = HEADER) -> list[tuple[int, list[tuple[str, str]]]]:
    """Each row's number, with what is wrong with it."""
    table = read("\n".join([header, *lines]))
    return [(row.number, [(each.column, each.code) for each in row.customer()[1]]) for row in table.rows()]


def one(**cells: str) -> tuple[dict[str, object], list[Problem]]:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows([cells.keys(), cells.values()])
    (row,) = read(written.getvalue()).rows()
    return row.customer()


def test_every_column_finds_its_place():
    cells = {name: f"{name} text" for name in COLUMNS}
    known = {
        "customer": "K 1001", "bill_group": "K/1001", "created_on": "31.12.2025", "access": "OFF", "currency": "chf",
        "language": "de-CH", "country": "CH", "shipping_country": "LI",
        "postal_code": "8001", "shipping_postal_code": "9490", "vat_number": "CHE-116.281.710 MWST",
        "phone": "044 555 01 00", "shipping_phone": "+41 44 555 01 00",
    }  # fmt: skip
    body, problems = one(**{**cells, **known})
    assert problems == []
    assert body == {
        "customer": "K-1001",
        "name": "name text",
        "created_at": "2025-12-31T00:00:00+00:00",
        "access": "off",
        "bill_groups": [
            {
                "bill_group": "K-1001",
                "currency": "CHF",
                "language": "de-CH",
                "time_zone": "time_zone text",
                "po_number": "po_number text",
                "vat_number": "CHE-116.281.710 MWST",
                "registration_number": "registration_number text",
                "contacts": {
                    "billing": {
                        "name": "contact_name text",
                        "company": "company text",
                        "email": "email text",
                        "phone": "044 555 01 00",
                        "address": {
                            "line1": "line1 text",
                            "line2": "line2 text",
                            "postal_code": "8001",
                            "city": "city text",
                            "region": "region text",
                            "country": "CH",
                        },
                    },
                    "shipping": {
                        "name": "shipping_name text",
                        "company": "shipping_company text",
                        "email": "shipping_email text",
                        "phone": "+41 44 555 01 00",
                        "address": {
                            "line1": "shipping_line1 text",
                            "line2": "shipping_line2 text",
                            "postal_code": "9490",
                            "city": "shipping_city text",
                            "region": "shipping_region text",
                            "country": "LI",
                        },
                    },
                },
            }
        ],
    }


def test_what_is_left_out_is_the_services_to_say():
    body, problems = one(**MINIMUM)
    assert problems == []
    assert set(body) == {"customer", "name", "bill_groups"}
    [group] = body["bill_groups"]
    assert set(group) == {"bill_group", "currency", "contacts"}
    assert set(group["contacts"]) == {"billing"}
    assert group["bill_group"] == f"bg-{body['customer']}"


def test_without_a_number_the_address_stands_for_the_customer():
    first, _ = one(**MINIMUM)
    again, _ = one(**{**MINIMUM, "email": " Jane@ROE.example ", "name": "Another"})
    other, _ = one(**{**MINIMUM, "email": "john@roe.example"})
    assert first["customer"] == again["customer"] != other["customer"]


def test_a_customer_is_called_by_company_or_contact_where_there_is_no_name():
    without = {name: text for name, text in MINIMUM.items() if name != "name"}
    assert one(**without, company="Roe", contact_name="Jane")[0]["name"] == "Roe"
    assert one(**without, contact_name="Jane")[0]["name"] == "Jane"
    assert one(**without)[1] == [Problem("name", "required")]


def test_where_no_contact_is_named_the_customer_is_written_to():
    def billing(**more: str) -> dict[str, object]:
        [group] = one(**MINIMUM, **more)[0]["bill_groups"]
        return group["contacts"]["billing"]

    assert billing()["name"] == "Roe GmbH"
    assert "name" not in billing(company="Roe GmbH & Co. KG")
    assert billing(contact_name="Jane Roe")["name"] == "Jane Roe"


@pytest.mark.parametrize(
    "column, text, code",
    [
        ("customer", "Müller", "invalid_handle"),
        ("customer", "x" * 256, "invalid_handle"),
        ("bill_group", "a:b", "invalid_handle"),
        ("currency", "", "required"),
        ("currency", "Euro", "invalid_currency"),
        ("language", "deutsch!", "invalid_language"),
        ("access", "maybe", "invalid_access"),
        ("created_on", "12/31/2025", "invalid_day"),
        ("created_on", "2025-02-30", "invalid_day"),
        ("created_on", "1066-10-14", "invalid_day"),
        ("name", "x" * 201, "too_long"),
        ("postal_code", "1" * 21, "too_long"),
        ("shipping_country", "DEU", "too_long"),
        ("city", "Ber\x07lin", "unreadable"),
        ("vat_number", "9" * 31, "too_long"),
    ],
)
def test_what_is_wrong_is_said_of_its_column(column: str, text: str, code: str):
    _, problems = one(**{**MINIMUM, column: text})
    assert problems == [Problem(column, code)]


def test_one_bad_row_keeps_no_other_back():
    assert rows(
        ROW,
        "",
        "1002,X,x@x.example,DE,EUR,too,much",
        "1003,Y,y@y.example,DE,EUR,,,",
        " , ,,,",
        '1004,"Z"z,z@z.example,DE,EUR',
        "1001,Again,again@x.example,DE,EUR",
        '1005,"Several\nlines, one cell",s@x.example,DE,EUR',
        "1006,Short,short@x.example",
        ",A,same@x.example,DE,EUR",
        ",B,SAME@x.example,DE,EUR",
    ) == [
        (2, []),
        (4, [("", "too_many_cells")]),
        (5, []),
        (7, [("", "unreadable_row")]),
        (8, [("customer", "doubled")]),
        (9, []),
        (10, [("currency", "required")]),
        (11, []),
        (12, [("email", "doubled")]),
    ]


def test_an_open_quotation_mark_is_told_and_what_is_before_it_read():
    assert rows(ROW, '1002,"never closed,x@x.example,DE,EUR', "1003,Y,y@y.example,DE,EUR") == [
        (2, []),
        (3, [("", "unreadable_row")]),
    ]


@pytest.mark.parametrize(
    "content, code, columns",
    [
        ("Müller".encode("latin-1"), "not_utf8", []),
        (f"{HEADER}\n{ROW}".encode("utf-16"), "not_utf8", []),
        (f"{HEADER}\n{ROW}".encode("utf-16-le"), "not_utf8", []),
        (b"", "no_rows", []),
        (b" \r\n\r\n", "no_rows", []),
        (b"\xef\xbb\xbf", "no_rows", []),
        (HEADER.replace(",", "\t").encode(), "no_delimiter", []),
        (b"%PDF-1.7", "no_delimiter", []),
        (b"email,country,currency,colour,size", "unknown_columns", ["colour", "size"]),
        (b"email,country,currency,,city", "unknown_columns", [""]),
        (b"email,country,currency,E-Mail", "unknown_columns", ["e_mail"]),
        (b"email,country,currency,Email", "doubled_columns", ["email"]),
        (b"email;city", "missing_columns", ["country", "currency"]),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, code: str, columns: list[str]):
    with pytest.raises(FileRefused) as refused:
        read(decode(content))
    assert (refused.value.code, refused.value.columns) == (code, columns)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiter_mark_and_line_ends_are_found_out(mark: bytes, delimiter: str, end: str):
    text = end.join([HEADER, ROW, ""]).replace(",", delimiter)
    table = read(decode(mark + text.encode()))
    assert table.columns == tuple(HEADER.split(","))
    [row] = table.rows()
    assert row.cells == dict(zip(table.columns, ROW.split(","), strict=True))


def test_names_of_columns_may_be_written_as_people_do():
    table = read("Customer, E mail,Contact Name,COUNTRY,po-number,currency,\n".replace("E mail", "Email"))
    assert table.columns == ("customer", "email", "contact_name", "country", "po_number", "currency")


def test_what_a_service_says_of_a_field_finds_its_column():
    assert column_of("contacts.billing.address.city") == "city"
    assert column_of("contacts.shipping.email") == "shipping_email"
    assert column_of("vat_number") == "vat_number"
    assert column_of("bill_groups") == ""


def test_a_report_can_be_brought_in_again():
    table = read(f"{HEADER}\n{ROW}\n1002,=2+5,x@x.example,,EUR")
    written = io.StringIO(newline="")
    report = Report(written, table.columns)
    for row in table.rows():
        report.add(row.number, "refused", "country: is missing", row.cells)
    again = read(written.getvalue())
    assert [row.cells for row in again.rows()] == [row.cells for row in table.rows()]
    twice = io.StringIO(newline="")
    Report(twice, again.columns)
    assert twice.getvalue() == written.getvalue().splitlines(keepends=True)[0]


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cell)), min_size=1, max_size=4),
    st.sampled_from(",;"),
)
def test_whatever_stands_in_a_file_is_fit_for_the_contract_or_told(records, delimiter):
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, tuple(COLUMNS), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    for row in read(decode(written.getvalue().encode())).rows():
        # Written by one who knows how, every cell comes back as it was.
        assert row.cells == records[row.number - 2]
        body, problems = row.customer()
        if not problems:
            assert not ImportCustomer().validate({**body, "key": "some-key"})
        assert all(problem.column in ("", *COLUMNS) for problem in problems)


@given(
    st.lists(
        st.lists(st.sampled_from(["é", "a b", '"', "\n", "\r", "x,y"]), max_size=3).map("".join), max_size=6
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 120), max_size=6),
)
def test_a_text_may_be_cut_anywhere(names, end, cuts):
    written = io.StringIO(newline="")
    written.write("\ufeff")
    csv.writer(written, lineterminator=end).writerows(
        [HEADER.split(","), *([str(n), name, "e@x.example", "DE", "EUR"] for n, name in enumerate(names))]
    )
    text = written.getvalue() + f'7,an open quotation,"{end}'
    places = [0, *sorted(cuts), len(text)]
    parts = [text[start:stop] for start, stop in pairwise(places)]
    whole, in_parts = read(text), read_parts(lambda: parts)
    assert in_parts.columns == whole.columns
    assert list(in_parts.rows()) == list(whole.rows())


def test_no_more_of_a_text_is_read_than_is_needed():
    asked: list[str] = []

    def parts():
        for part in (f"{HEADER}\n{ROW}\n", "1002,", "x\n"):
            asked.append(part)
            yield part

    table = read_parts(parts)
    first = next(table.rows())
    assert first.number == 2
    assert set(asked) == {f"{HEADER}\n{ROW}\n", "1002,"}


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_is_a_fault(content: bytes):
    try:
        for row in read(decode(b"email;country;currency\n" + content)).rows():
            row.customer()
        for row in read(decode(content)).rows():
            row.customer()
    except FileRefused:
        pass
