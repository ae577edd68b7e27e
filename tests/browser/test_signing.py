"""The minutes signed by a passkey, in a real browser."""

from playwright.sync_api import expect

from evaluations.models import MinutesSignature
from tests import cast
from tests.browser.conftest import Mailbox, OpenPage, press
from tests.browser.soundness import Inspector
from tests.browser.test_account import add_key, with_key
from tests.factories import late_stages


def test_a_member_signs_the_minutes_with_their_passkey(open_page: OpenPage, mailbox: Mailbox) -> None:
    session = late_stages.closed(2)
    page = open_page(user=cast.juror(2), narrow=True)
    device = with_key(page)
    add_key(page, "Mon téléphone")
    inspector = Inspector(page)
    page.goto(f"/evaluation/jury/seance/{session.posting.slug}/")
    expect(page.get_by_label("Code de secours")).to_be_visible()
    page.get_by_label("J’ai lu le procès-verbal en entier.").check()
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_text("Votre clé a répondu.")).to_be_visible()
    inspector.stay("proved by a key")
    assert inspector.found == []
    press(page, "Signer")
    expect(page.get_by_text("Vous avez signé le procès-verbal.")).to_be_visible()
    assert MinutesSignature.objects.get().by == cast.juror(2)
    device.detach()
