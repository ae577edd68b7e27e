"""What is signed is proved by the signer's second factor; a mailbox alone signs nothing for who has one."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.urls import reverse

from evaluations.models import Deliberation, MinutesSignature, Ruling
from notices import reauthentication
from notices.models import FreshCode
from tests import cast
from tests.evaluations.test_authority_pages import typed
from tests.factories import late_stages
from tests.second_factor import code, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Deliberation:
    return late_stages.closed(2)


def test_a_member_signs_with_the_code_of_their_application_and_no_mail_is_sent(session: Deliberation) -> None:
    user = cast.juror(2)
    enrolled(user)
    member, slug = cast.signed_in(user), session.posting.slug
    page = member.get(reverse("evaluations:sitting", args=[slug])).content.decode()
    assert ("Code de votre application" in page, "Recevoir un code" in page) == (True, False)
    signing, form = reverse("evaluations:sign", args=[slug]), {"read": "on", "words": "Une réserve."}
    member.post(signing, {**form, "step": "code"})
    assert not FreshCode.objects.exists()
    wrong = member.post(signing, {**form, "step": "sign", "code": "000000"})
    assert (wrong.status_code, "Une réserve." in wrong.content.decode()) == (422, True)
    assert member.post(signing, {**form, "step": "sign", "code": code(user)}).status_code == 302
    assert MinutesSignature.objects.get().words == "Une réserve."


def test_the_same_code_signs_once(session: Deliberation) -> None:
    chair = cast.juror(1)
    enrolled(chair)
    given = code(chair)
    reauthentication.confirm(user=chair, code=given)
    with pytest.raises(ValidationError):
        reauthentication.confirm(user=chair, code=given)


def test_wrong_codes_are_counted_with_those_of_the_sign_in(session: Deliberation) -> None:
    user = cast.juror(2)
    enrolled(user)
    for _try in range(5):
        with pytest.raises(ValidationError):
            reauthentication.confirm(user=user, code="000000")
    with pytest.raises(ValidationError, match="Trop de codes erronés"):
        reauthentication.confirm(user=user, code=code(user))


def test_a_key_that_answers_nothing_or_is_another_persons_signs_nothing(session: Deliberation) -> None:
    user, data = cast.juror(2), {"name": "Clé", "credential": {}}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
    other = Authenticator.objects.create(user=cast.juror(3), type=Authenticator.Type.WEBAUTHN, data=data)
    for key in (None, other):
        with pytest.raises(ValidationError):
            reauthentication.confirm_key(user=user, key=key)
    member = cast.signed_in(user)
    page = member.get(reverse("evaluations:sitting", args=[session.posting.slug])).content.decode()
    assert ("Utiliser ma clé" in page, "Code de secours" in page, "Recevoir un code" in page) == (True, True, False)
    form = {"read": "on", "step": "sign", "credential": '{"id": "x"}'}
    refused = member.post(reverse("evaluations:sign", args=[session.posting.slug]), form)
    assert (refused.status_code, MinutesSignature.objects.count()) == (422, 0)


def test_the_authority_decides_with_the_code_of_their_application() -> None:
    posting, user = late_stages.deliberated(3).posting, cast.authority()
    enrolled(user)
    client, url = cast.signed_in(user), reverse("evaluations:decide", args=[posting.slug])
    confirm = client.post(url, {**typed(posting), "step": "check"}).content.decode()
    assert ("Ouvrez votre application" in confirm, "Recevoir un nouveau code" in confirm) == (True, False)
    assert not FreshCode.objects.exists()
    assert client.post(url, {**typed(posting), "step": "decide", "code": "000000"}).status_code == 422
    assert client.post(url, {**typed(posting), "step": "decide", "code": code(user)}).status_code == 302
    assert Ruling.objects.filter(posting=posting, by=user).exists()
