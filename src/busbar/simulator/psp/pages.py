"""The pages that payers see. Everything that comes from outside is escaped."""

from html import escape

from busbar.simulator.psp.till import CARDS, Brand, Payment

_ZERO_DECIMAL = frozenset({"JPY", "KRW", "VND", "CLP"})
_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1c2330}
main{max-width:420px;margin:6vh auto;padding:28px;background:#fff;border-radius:14px;box-shadow:0 8px 30px #0f1c3314}
h1{font-size:15px;font-weight:600;margin:0;color:#5b6577}p.sum{font-size:34px;font-weight:700;margin:4px 0 20px}
label{display:block;font-size:13px;color:#5b6577;margin:14px 0 4px}
input{width:100%;padding:11px 12px;font:inherit;border:1px solid #cfd5df;border-radius:9px}
input:focus{outline:2px solid #3b6cf6;border-color:#3b6cf6}.two{display:grid;grid-template-columns:1fr 1fr;gap:12px}
button{width:100%;margin-top:22px;padding:13px;font:inherit;font-weight:600;border:0;border-radius:9px;color:#fff;
background:#2f5fe8;cursor:pointer}button.quiet{background:#fff;color:#5b6577;border:1px solid #cfd5df;margin-top:10px}
.alipay button.pay{background:#1677ff}.wechatpay button.pay{background:#07a35a}
.error{background:#fdecec;color:#a11b1b;padding:10px 12px;border-radius:9px;margin:14px 0 0}
details{margin-top:22px;font-size:13px;color:#5b6577}td{padding:2px 10px 2px 0;font-variant-numeric:tabular-nums}
.note{font-size:12px;color:#8590a2;text-align:center;margin:18px 0 0}
"""


def write_amount(amount: int, currency: str) -> str:
    """Write an amount for people."""
    if currency in _ZERO_DECIMAL:
        return f"{currency} {amount}"
    return f"{currency} {amount // 100}.{amount % 100:02}"


def _frame(payment: Payment, body: str) -> str:
    sum_text = write_amount(payment.amount, payment.currency) if payment.amount else "Save a card"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Payment</title>'
        f'<style>{_STYLE}</style></head><body><main class="{payment.brand}">'
        f"<h1>{escape(payment.description or 'Payment')}</h1>"
        f'<p class="sum">{escape(sum_text)}</p>{body}'
        '<p class="note">Simulated payment provider: no money moves.</p></main></body></html>'
    )


def show_card_form(payment: Payment, *, action: str, error: str = "") -> str:
    """Show the form for a card."""
    rows = "".join(f"<tr><td>{card.number}</td><td>{escape(card.meaning)}</td></tr>" for card in CARDS.values())
    alert = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    label = "Save card" if not payment.amount else ("Authorise" if payment.is_hold else "Pay")
    return _frame(
        payment,
        f'{alert}<form method="post" action="{escape(action)}">'
        '<label for="number">Card number</label>'
        '<input id="number" name="number" inputmode="numeric" autocomplete="cc-number" required maxlength="23">'
        '<div class="two"><div><label for="expiry">Expiry</label>'
        '<input id="expiry" name="expiry" placeholder="12 / 34" required maxlength="7"></div>'
        '<div><label for="cvc">CVC</label><input id="cvc" name="cvc" inputmode="numeric" required maxlength="4"></div>'
        f'</div><button class="pay" name="step" value="pay">{label}</button></form>'
        f'<form method="post" action="{escape(action)}"><button class="quiet" name="step" value="cancel">Go back'
        f"</button></form><details open><summary>Test numbers</summary><table>{rows}</table></details>",
    )


def show_challenge(payment: Payment, *, action: str, number: str) -> str:
    """Show what the payer's bank asks (3-D Secure)."""
    return _frame(
        payment,
        "<p>Your bank asks whether this payment is yours.</p>"
        f'<form method="post" action="{escape(action)}"><input type="hidden" name="number" value="{escape(number)}">'
        '<button class="pay" name="step" value="approve">Approve</button>'
        '<button class="quiet" name="step" value="refuse">Refuse</button></form>',
    )


def show_confirmation(payment: Payment, *, action: str) -> str:
    """Show what Alipay's or WeChat's app asks after a code was scanned."""
    name = "支付宝 Alipay" if payment.brand is Brand.ALIPAY else "微信支付 WeChat Pay"
    return _frame(
        payment,
        f'<p>{name}</p><form method="post" action="{escape(action)}">'
        '<button class="pay" name="step" value="pay">确认付款 Confirm</button>'
        '<button class="quiet" name="step" value="cancel">取消 Cancel</button></form>',
    )


def show_end(payment: Payment, text: str) -> str:
    """Show that there is nothing to do any more."""
    return _frame(payment, f"<p>{escape(text)}</p>")
