"""Text files: encodings, separators, quotes, line ends, numbers, dates, words that look like nothing."""

# ruff: noqa: E501 - a case is one line
from __future__ import annotations

from tests.nasty.case import Case

HEAD = "customer_id,name,age,revenue\n"


def csv(text: str, encoding: str = "utf-8", **more) -> Case:
    return Case(text.encode(encoding), **more)


def dates(*values: str, separator: str = ",", **more) -> Case:
    return csv(f"complaint_id{separator}opened_ts\n" + "".join(f"q{n}{separator}{value}\n" for n, value in enumerate(values)),
               table="complaints", **more)


def declared(**keys: str) -> str:
    return "[tables.customers]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items())


SPANISH = "customer_id;name;revenue\nK1;Iñaki Muñoz;1234,5\nK2;José;0,25\n"
CASES = {
    # how it is encoded
    "utf-8 with mark": csv("\ufeff" + HEAD + "K1,Ana,30,1\n"),
    "utf-8 mark twice": csv("\ufeff\ufeff" + HEAD + "K1,Ana,30,1\n"),
    "cp1252 accents": csv(SPANISH, "cp1252"),
    "cp1252 euro and quotes": csv("customer_id,name\nK1,“Café” 5 €\n", "cp1252"),
    "utf-16 little": csv(SPANISH, "utf-16"),
    "utf-16 big with mark": Case(b"\xfe\xff" + SPANISH.encode("utf-16-be")),
    "utf-16 without mark": csv(SPANISH, "utf-16-le"),
    "utf-16 declared": csv(SPANISH, "utf-16", toml=declared(encoding="utf-16")),
    "utf-32": csv(SPANISH, "utf-32"),
    "cyrillic cp1251": csv("customer_id,name\nK1,Иван Петров\n", "cp1251"),
    "cyrillic cp1251 declared": csv("customer_id,name\nK1,Иван Петров\n", "cp1251", toml=declared(encoding="cp1251")),
    "polish cp1250": csv("customer_id,name\nK1,Wałęsa\n", "cp1250"),
    "greek cp1253": csv("customer_id,name\nK1,Γιώργος\n", "cp1253"),
    "dos cp850": csv("customer_id,name\nK1,España\n", "cp850"),
    "dos cp850 declared": csv("customer_id,name\nK1,España\n", "cp850", toml=declared(encoding="cp850")),
    "macintosh": csv("customer_id,name\nK1,México\n", "mac-roman"),
    "shift-jis": csv("customer_id,name\nK1,東京商事\n", "shift-jis"),
    "declared encoding that is wrong": csv("customer_id,name\nK1,España\n", "cp1252", toml=declared(encoding="utf-8")),
    "utf-8 saved twice": csv("customer_id,name\nK1,EspaÃ±a\n"),
    "letters that were lost": csv("customer_id,name\nK1,Espa\ufffda\n"),
    "letters lost in a column that no step reads": csv("customer_id,remark\nK1,Espa\ufffda EspaÃ±a\n"),
    "nul byte": csv("customer_id,name\nK1,A\0na\n"),
    "nul bytes at the end": Case(HEAD.encode() + b"K1,Ana,30,1\n" + b"\0" * 64),
    "accents in two ways": csv("customer_id,name\nJose\u0301,Ana\nJosé,Eva\n"),
    "marks of direction": csv("customer_id,name\n\u200eK1\u200f,\u202bAna\u202c\nK\u200b2,Eva\n"),
    "soft hyphen and joiner": csv("customer_id,name\nK\u00ad1,Ana\nK\u20602,Eva\n"),
    "hard spaces": csv("customer_id\u00a0,\u00a0name ,age\n\u00a0K1\u00a0,Ana\u00a0María,\u202f30\n"),
    "right to left text": csv("customer_id,name\nK1,شركة النور\n"),
    "astral signs": csv("customer_id,name\nK1,𝔄𝔫𝔞 😀\n"),
    # separators
    "semicolon and decimal comma": csv(SPANISH),
    "semicolon and decimal point": csv("customer_id;revenue\nK1;1234.5\nK2;0.125\n"),
    "semicolon and points that may be thousands": csv("customer_id;revenue\nK1;1.234\nK2;15\n"),
    "semicolon, comma and thousands": csv("customer_id;revenue\nK1;1.234,50\nK2;3,5\n"),
    "tab": csv("customer_id\tname\trevenue\nK1\tAna, Eva; María\t1.5\n"),
    "tab and decimal comma": csv("customer_id\trevenue\nK1\t1,5\n"),
    "tab and declared decimal comma": csv("customer_id\trevenue\nK1\t1,5\n", toml=declared(decimal=",")),
    "bar": csv("customer_id|name|revenue\nK1|Ana|1.5\n"),
    "comma file with quoted decimal comma": csv('customer_id,revenue\nK1,"1,5"\n'),
    "comma file with bare decimal comma": csv("customer_id,revenue\nK1,1,5\nK2,2,5\n"),
    "declared decimal point in a semicolon file": csv("customer_id;revenue\nK1;1.234\n", toml=declared(decimal=".")),
    "declared comma, found point": csv("customer_id;revenue\nK1;1.5\n", toml=declared(decimal=",")),
    "sep= line": csv("sep=;\ncustomer_id;revenue\nK1;1,5\nK2;x\n"),
    "sep= with a comma": csv("sep=,\ncustomer_id,name\nK1,a;b\n"),
    "separator inside the heading": csv('customer_id;name;"income; per year"\nK1;Ana;5\n'),
    "two separators that fit": csv("code,x;kind\n1,a;b\n2,c;d\n", table="experts"),
    "declared separator": csv("customer_id,name;age\nK1,Ana;30\n", toml=declared(separator=";")),
    "one column": csv("customer_id\nK1\n007\n"),
    "trailing separators": csv("customer_id,name,,\nK1,Ana,,\nK2,Eva,,\n"),
    "semicolon heading, comma rows": csv("customer_id;name\nK1,Ana\n"),
    # quotes and lines
    "line break in a text": csv('customer_id,name\nK1,"Ana\nMaría"\nK2,Eva\nK2,Eva\n'),
    "quotes in quotes": csv('customer_id,name\nK1,"Bar ""El Sol"""\n'),
    "open quote": csv('customer_id,name\nK1,"Ana\nK2,Eva\n'),
    "backslash quotes": csv('customer_id,name\nK1,"Bar \\"El Sol\\""\n'),
    "quote inside a bare text": csv('customer_id,name\nK1,5" pipe\n'),
    "text after a quote": csv('customer_id,name\nK1,"Ana"x\n'),
    "old macintosh line ends": csv("customer_id,name\rK1,Ana\rK2,Eva\r"),
    "mixed line ends": csv("customer_id,name\r\nK1,Ana\nK2,Eva\rK3,Lía\r\n"),
    "no line end at the end": csv("customer_id,name\nK1,Ana"),
    "blank lines count": csv("\n\ncustomer_id,age\n\nK1,30\n\nK2,x\n"),
    "rows of separators only": csv("customer_id,age\n,\nK1,30\n , \nK2,-1\n"),
    "long row": csv("customer_id,name\nK1,Ana,x\nK2,Eva\n"),
    "short row": csv("customer_id,name,age\nK1,Ana\nK2,Eva,3\n"),
    "long row of blanks": csv("customer_id,name\nK1,Ana,,,\nK2,Eva\n"),
    "line separator signs": csv("customer_id,name\nK1,a\u2028b\x0bc\x85d\nK2,Eva\n"),
    "formula in a text": csv("customer_id,name\nK1,=1+1\nK2,@SUM(A1)\n"),
    "row of totals": csv("customer_id,name,revenue\nK1,Ana,1\nK2,Eva,2\nTotal,,3\n"),
    "customer called Total": csv("customer_id,name,revenue\nK1,Ana,1\nK2,Eva,2\nTotal,Total SA,3\n"),
    "heading on every page": csv("customer_id,name\nK1,Ana\ncustomer_id,name\nK2,Eva\n"),
    # headings
    "title above": csv("Customers of 2024\n\ncustomer_id,name\nK1,Ana\n"),
    "title with separators": csv("Listado de clientes;;;\n;;;\ncustomer_id;name;age;revenue\nK1;Ana;30;1,5\n"),
    "heading twice": csv("customer_id,name,name\nK1,Ana,Eva\n"),
    "heading twice in another case": csv("customer_id,name,NAME\nK1,Ana,Eva\n"),
    "heading without a name": csv("customer_id,,age\nK1,Ana,30\n"),
    "blank column": csv("customer_id,,age\nK1,,30\n"),
    "heading over two lines": csv('"customer_id","na\nme"\nK1,Ana\n'),
    "no heading": csv("K1,Ana,30\nK2,Eva,31\n"),
    "heading only": csv("customer_id,name\n"),
    "declared heading row": csv("x,y\nnote,z\ncustomer_id,name\nK1,Ana\n", toml="[tables.customers]\nheading_row = 3\n"),
    "declared heading row that is blank": csv("customer_id,name\n\nK1,Ana\n", toml="[tables.customers]\nheading_row = 2\n"),
    "empty file": Case(b""),
    "blanks only": csv("  \n \n"),
    # ids and words
    "zeros and exponents": csv("customer_id,name\n007,Ana\n1E5,Eva\n1e400,Lía\n0x1F,Iris\n"),
    "long digits": csv("customer_id,name\n9007199254740993,Ana\n12345678901234567890,Eva\n"),
    "words for nothing": csv("customer_id,name,location\nNA,NULL,None\nnan,TRUE,-\nnull,N/A,NaN\n"),
    "dates as names": csv("customer_id,name\n1-2,MARCH1\n3/4,SEPT2\n"),
    "apostrophe before a code": csv("customer_id,name\n'007,'t Hooft\n"),
    "spreadsheet errors": csv("customer_id,name,age\nK1,#N/A,#REF!\n#¿NOMBRE?,Ana,1\n"),
    "same id with blanks": csv("customer_id,name\nK1,Ana\n K1 ,Eva\n"),
    "id of another country": csv("customer_id,name\nNA,Namibia\n"),
    # numbers
    "numbers not written so": csv("customer_id,revenue\n" + "".join(f'K{n},"{value}"\n' for n, value in enumerate((
        "1 234", "1'234", "1\u00a0234", "€ 5", "5 €", "(5)", "5-", "−5", "٣", "½", "1.2.3", "1e999", "0x10", "5%", "1_000", "--1")))),
    "numbers that are": csv("customer_id,revenue\n" + "".join(f"K{n},{value}\n" for n, value in enumerate((
        "5", "+5", "05", "5.", ".5", "1e3", "1E-3", " 5 ", "0.1", "12345678901234567890")))),
    "not finite": csv("customer_id,revenue\nK1,inf\nK2,-Infinity\nK3,NaN\n"),
    "whole numbers": csv("customer_id,n_orders\nK1,5.0\nK2,5.5\nK3,1e3\nK4,12345678901234567\n"),
    "truth in words": csv("customer_id,uses_product\nK1,VERDADERO\nK2,No\nK3,x\nK4,1\n"),
    # dates
    "day first, one tells": dates("03/04/2026", "25/12/2026"),
    "month first, one tells": dates("03/04/2026", "12/25/2026"),
    "day or month first": dates("03/04/2026", "05/06/2026"),
    "day or month first, declared": dates("03/04/2026", toml='[tables.complaints]\ndates = "mm/dd/yyyy"\n'),
    "day and month the same": dates("05/05/2026", "06/06/2026"),
    "two forms in a column": dates("2026-04-03", "2026-04-04", "25/12/2026"),
    "day first and month first": dates("25/12/2026", "13/12/2026", "12/25/2026"),
    "year of two figures": dates("25/12/26"),
    "year of two figures, declared": dates("25/12/26", toml='[tables.complaints]\ndates = "dd/mm/yy"\n'),
    "points between": dates("25.12.2026", "3.1.2026"),
    "compact": dates("20261225", "20260103"),
    "with times": dates("25/12/2026 14:05", "3/1/2026 7:05:09"),
    "with am and pm": dates("12/25/2026 2:05 PM", "1/3/2026 12:00 AM"),
    "with a zone": dates("2026-12-25T10:00:00Z", "2026-12-25 10:00+02:00"),
    "that do not exist": dates("2026-02-29", "2026-04-31"),
    "of no year": dates("0026-12-25", "9999-12-31"),
    "serial numbers": dates("45352", "45353"),
    "names of months": dates("3-mar-2026", "March 4, 2026"),
    "iso with and without time": dates("2026-12-25", "2026-12-25 10:00", "2026-12-25T10:00:05.123"),
    # what it is not
    "a workbook called csv": Case(b"PK\x03\x04" + b"x" * 100),
    "an old workbook called csv": Case(b"\xd0\xcf\x11\xe0" + b"x" * 100),
    "a packed csv": Case(b"\x1f\x8b" + b"x" * 100),
    "a pdf called csv": Case(b"%PDF-1.4\n"),
    "a web page called csv": csv("<html><body><table><tr><td>customer_id</td></tr></table></body></html>\n"),
    "json called csv": csv('[{"customer_id": "K1"}]\n'),
    "one endless line": csv("customer_id,name\nK1," + "x" * 2_100_000 + "\n"),
    "seventeen thousand columns": csv("customer_id," + ",".join(f"c{n}" for n in range(17_000)) + "\nK1\n"),
}
