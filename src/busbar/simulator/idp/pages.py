"""The page on which people sign in at the provider. Everything that comes from outside is escaped."""

from collections.abc import Iterable, Mapping
from html import escape

from busbar.simulator.idp.people import Account

_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#eef1f6;color:#1c2330}
main{max-width:420px;margin:8vh auto;padding:28px;background:#fff;border-radius:14px;box-shadow:0 8px 30px #0f1c3314}
h1{font-size:22px;margin:0 0 4px}p{color:#5b6577;margin:0 0 16px}
label{display:block;font-size:13px;color:#5b6577;margin:14px 0 4px}
input{width:100%;padding:11px 12px;font:inherit;border:1px solid #cfd5df;border-radius:9px}
input:focus{outline:2px solid #3b6cf6;border-color:#3b6cf6}
button{width:100%;margin-top:20px;padding:13px;font:inherit;font-weight:600;border:0;border-radius:9px;color:#fff;
background:#2f5fe8;cursor:pointer}button.quiet{background:#fff;color:#5b6577;border:1px solid #cfd5df;margin-top:10px}
.error{background:#fdecec;color:#a11b1b;padding:10px 12px;border-radius:9px}
details{margin-top:22px;font-size:13px;color:#5b6577}td{padding:2px 10px 2px 0}
.note{font-size:12px;color:#8590a2;text-align:center;margin:18px 0 0}
"""


def show_form(
    asked: Mapping[str, str], people: Iterable[Account], *, action: str, error: str = "", hint: str = ""
) -> str:
    """Show the form; what was asked comes back with it."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked.items()
    )
    rows = "".join(
        f"<tr><td>{escape(each.email)}</td><td>{escape(each.password)}</td>"
        f"<td>{escape(', '.join(each.groups))}</td></tr>"
        for each in people
    )
    alert = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Company sign-in</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>Company sign-in</h1><p>for {escape(asked['client_id'])}</p>"
        f'{alert}<form method="post" action="{escape(action)}">{hidden}<label for="email">E-mail</label>'
        f'<input id="email" name="email" type="email" autocomplete="username" value="{escape(hint)}" maxlength="254">'
        '<label for="password">Password</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" maxlength="200">'
        '<button name="step" value="enter" id="enter">Sign in</button>'
        '<button class="quiet" name="step" value="refuse" id="refuse">Cancel</button></form>'
        f"<details open><summary>People here</summary><table>{rows}</table></details>"
        '<p class="note">Simulated identity provider: nobody is real.</p></main></body></html>'
    )


def show_end(text: str) -> str:
    """Show that there is nothing to do any more."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Company sign-in</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>Company sign-in</h1><p>{escape(text)}</p></main></body></html>"
    )
