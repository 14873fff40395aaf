"""The frame of every page people read: one stylesheet inside the page, light and dark, usable on a phone and on paper."""

from html import escape

STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#0b6b5d}
@media(prefers-color-scheme:dark){:root{--accent:#5fd0bd}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;display:flex;min-height:100vh}
nav{width:19rem;flex:none;padding:1rem;border-right:1px solid var(--line);height:100vh;position:sticky;top:0;overflow:auto;font-size:.85rem}
nav ul{list-style:none;padding-left:.8rem;margin:.2rem 0 .8rem}nav summary{font-weight:600}
p,li,td{overflow-wrap:anywhere}main{padding:1.5rem 2.5rem;max-width:64rem;min-width:0;flex:1}a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
section{border:1px solid var(--line);border-radius:.5rem;padding:.2rem 1.2rem 1rem;margin:1rem 0}
code,pre{font:.9em ui-monospace,monospace}pre{background:var(--soft);padding:.8rem;border-radius:.4rem;overflow:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;display:block;overflow:auto}th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
.verb{display:inline-block;min-width:4.2rem;text-align:center;border-radius:.3rem;color:#fff;padding:.05rem .4rem;font:600 .8rem ui-monospace,monospace}
.get{background:#1c64b4}.post{background:#1c7c3c}.put,.patch{background:#8a5a00}.delete{background:#b3261e}.pre{white-space:pre-line}
h1{margin-top:0}h3{font-size:1.05rem;overflow-wrap:anywhere}small{color:#888}
@media(max-width:60rem){body{display:block}nav{width:auto;height:auto;position:static;border:0}p,li,td{overflow-wrap:anywhere}main{padding:1rem}}
@media print{nav{display:none}}
"""  # noqa: E501 - a stylesheet has its own lines


def document_page(title: str, navigation: str, body: str) -> str:
    """A whole page. `navigation` and `body` are HTML that is already escaped; `title` is plain text."""
    aside = f"<nav>{navigation}</nav>" if navigation else ""
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{aside}<main>{body}</main></body></html>"
    )
