"""The mailbox's two pages: the list of mails, and one mail."""

from html import escape

from deploy.local.mailbox.mails import Mail

STYLES = """\
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --ink: #1b2330; --soft: #5a6678;
  --line: #dfe4ea; --accent: #2457c5; }
@media (prefers-color-scheme: dark) {
  :root { --back: #12161c; --card: #1b212a; --ink: #e8ecf2; --soft: #a3afc0;
    --line: #2f3846; --accent: #8fb2ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main, header { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; flex-wrap: wrap; }
h1 { font-size: 1.4rem; margin: 0; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
.mails { list-style: none; margin: 0; padding: 0; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .7rem 1rem; color: inherit;
  text-decoration: none; }
.mails a:hover { background: var(--back); }
.mails strong { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem; margin: 0; padding: 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 38rem; border: 0; background: #fff; }
pre { margin: 0; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
section { margin-top: 1rem; }
h2 { font-size: 1rem; margin: 0 0 .4rem; }
button { font: inherit; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--card); color: inherit; cursor: pointer; }
"""


def mail_list(mails: list[Mail]) -> str:
    """All mails, the newest first."""
    if not mails:
        body = '<p class="soft">No mail yet. Whatever Portico sends arrives here and goes nowhere else.</p>'
    else:
        body = f'<ul class="mails card">{"".join(_entry(mail) for mail in mails)}</ul>'
    clear = '<form method="post" action="/clear"><button>Throw all away</button></form>' if mails else ""
    header = f'<h1>Mailbox</h1><p class="soft">{_count(len(mails))} · <a href="/">Look again</a></p>{clear}'
    return _page("Mailbox", header, body)


def mail_page(mail: Mail) -> str:
    """One mail: its head, its HTML in a sandboxed frame, its text, its attachments."""
    head = "".join(
        f"<dt>{label}</dt><dd>{escape(value)}</dd>"
        for label, value in (
            ("From", mail.sender),
            ("To", ", ".join(mail.to)),
            ("Received", _time(mail)),
        )
    )
    parts = [f'<dl class="card">{head}</dl>']
    if mail.html:
        parts.append(
            f'<section><h2>As HTML</h2><div class="card">'
            f'<iframe title="The mail as HTML" sandbox="allow-popups" src="/mails/{mail.id}/html">'
            "</iframe></div></section>"
        )
    if mail.text:
        parts.append(f'<section><h2>As text</h2><pre class="card">{_with_links(mail.text)}</pre></section>')
    if mail.attachments:
        items = "".join(
            f'<li><a href="/mails/{mail.id}/attachments/{position}"><span>{escape(each.name)}</span>'
            f'<span class="soft">{escape(each.content_type)}, {len(each.content)} bytes</span></a></li>'
            for position, each in enumerate(mail.attachments)
        )
        parts.append(f'<section><h2>Attachments</h2><ul class="mails card">{items}</ul></section>')
    headers = "\n".join(f"{name}: {value}" for name, value in mail.headers)
    parts.append(
        "<section><details><summary>All headers</summary>"
        f'<pre class="card">{escape(headers)}</pre></details></section>'
    )
    subject = mail.subject or "(no subject)"
    return _page(subject, f'<h1>{escape(subject)}</h1><p><a href="/">All mails</a></p>', "".join(parts))


def _entry(mail: Mail) -> str:
    return (
        f'<li><a href="/mails/{mail.id}"><strong>{escape(mail.subject or "(no subject)")}</strong>'
        f'<time class="soft" datetime="{mail.received_at.isoformat()}">{_time(mail)}</time>'
        f'<span class="soft">to {escape(", ".join(mail.to))}</span></a></li>'
    )


def _with_links(text: str) -> str:
    """The text with its web addresses made clickable: links to sign in are what one looks for here."""
    words = []
    for word in text.split(" "):
        lines = [
            f'<a href="{escape(line)}" rel="noreferrer">{escape(line)}</a>'
            if line.startswith(("http://", "https://"))
            else escape(line)
            for line in word.split("\n")
        ]
        words.append("\n".join(lines))
    return " ".join(words)


def _time(mail: Mail) -> str:
    return mail.received_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _count(number: int) -> str:
    return "1 mail" if number == 1 else f"{number} mails"


def _page(title: str, header: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Portico mailbox</title><link rel="stylesheet" href="/mailbox.css"></head>'
        f"<body><header>{header}</header><main>{body}</main></body></html>"
    )
