"""Reading an HTML body as text."""

from __future__ import annotations

import time

import pytest

from comptoir.channels.mail.plaintext import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("just &amp; text", "just & text"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<div>One<br></div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br/><br/>Three", "One\nTwo\n\nThree"),
        ("  <i>One</i> \n  two&nbsp;three ", "One two three"),
        ("no\ntags,&nbsp;but lines", "no\ntags, but lines"),
        ("<b>O</b>ne <i>two</i> <u>three</u>", "One two three"),
        ("<h1>Title</h1>Text", "Title\n\nText"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        (
            "<table><tr><td>Order</td><td>306-1</td></tr><tr><td>x</td></tr></table>",
            "Order 306-1\nx",
        ),
        ('<a href="https://a.example">the page</a>', "the page"),
        ("<pre>  a\n b</pre>", "  a\n b"),
        ("x<script>bad()</script><style>p{}</style><!-- no --><title>no</title>y", "xy"),
        ('<div style="display:none">preheader</div>Text', "Text"),
        ('<span style="DISPLAY : none">preheader</span>Text', "Text"),
        ('<div style="max-height:0;overflow:hidden">preheader</div>Text', "Text"),
        ('<div style="max-height:0.5em">small</div>Text', "small\nText"),
        ("<div hidden>preheader</div>Text", "Text"),
        ('<div style="display:none">only this</div>', "only this"),
        ("Preview &#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;<p>Text</p>", "Preview\n\nText"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"),
        ('Ok <img alt="👍" src=x><img alt="Our logo" src=y>', "Ok 👍"),
        ("a<hr>b", f"a\n{'_' * 32}\nb"),
        ("a<p></p><p></p><p></p>b", "a\n\nb"),
        ("naïve &euro; &#x1F600;", "naïve € 😀"),
    ],
)
def test_text_of_html_reads_as_it_looks(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    "opening",
    [
        '<blockquote type="cite">',
        '<blockquote class="gmail_quote" style="margin:0">',
        '<blockquote style="border-left:1px solid #ccc">',
    ],
)
def test_text_of_a_quotation_is_marked_line_by_line(opening: str) -> None:
    html = f"Yes<div>On Monday X wrote:</div>{opening}<p>one</p><p>two</p></blockquote>Bye"

    assert text_of(html) == "Yes\nOn Monday X wrote:\n\n> one\n>\n> two\n\nBye"


def test_text_of_a_quotation_in_a_quotation_is_marked_twice() -> None:
    html = "<blockquote type=cite>a<blockquote type=cite>b</blockquote>c</blockquote>"

    assert text_of(html) == "> a\n>\n> > b\n>\n> c"


def test_text_of_an_indented_block_is_not_marked() -> None:
    assert text_of('<blockquote style="margin:0 0 0 40px;border:none">x</blockquote>') == "x"


@pytest.mark.parametrize(
    "html",
    [
        '<div>Ok</div><div class="gmail_signature">Sofia</div>',
        '<div>Ok</div><div id="Signature">Sofia</div>',
        '<div>Ok</div><div>-- </div><div class="gmail_signature">Sofia</div>',
    ],
)
def test_text_of_a_signature_has_its_delimiter(html: str) -> None:
    assert [line.strip() for line in text_of(html).splitlines()] == ["Ok", "--", "Sofia"]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 300_000 + "x",
        "<ul><li>" * 150_000,
        "<blockquote type=cite>x" * 100_000,
        "<b><p>" * 100_000 + "x",
        "<p>" + "".join(f"<font size={size}>" for size in range(390)) + "<p>x" * 20_000,
        "<table><tr><td>" * 100_000,
        "<" * 1_000_000,
        "<p>x</p>" * 200_000,
    ],
    ids=lambda html: repr(html[:16]),
)
def test_text_of_hostile_html_is_bounded_in_time(html: str) -> None:
    begun = time.process_time()

    text = text_of(html)

    assert time.process_time() - begun < 5
    assert len(text) <= len(html)
