"""What the verification page says of a document, in plain French: the finding, what it means, and what to do."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    title: Promise
    meaning: Promise
    advice: Promise | str = ""


_ASK = _("Demandez l’original à qui vous l’a remis, ou téléchargez-le de nouveau ; en cas de doute, écrivez-nous.")
_AS_RECEIVED = _(
    "Donnez le fichier tel que vous l’avez reçu : réenregistré, imprimé puis numérisé, ou converti, il perd son cachet."
)

WORDS: dict[str, Words] = {
    "sealed": Words(
        _("Ce document est authentique"),
        _("Il porte notre cachet électronique, et son contenu n’a pas changé d’un octet depuis qu’il a été apposé."),
    ),
    "demonstration": Words(
        _("Cachet de démonstration : document sans valeur"),
        _(
            "Le cachet est bien celui de cette répétition, et le document n’a pas changé depuis. "
            "Mais c’est une répétition : ni le document ni le cachet n’engagent personne."
        ),
    ),
    "known": Words(
        _("Document sans cachet, mais connu de nous"),
        _(
            "Il ne porte pas de cachet électronique. C’est pourtant, à l’octet près, un document que nous avons délivré."
        ),
    ),
    "changed": Words(
        _("Ce document a été modifié après son cachet"),
        _("Le cachet est le nôtre, mais il avait été apposé sur un autre contenu : au moins un octet a changé depuis."),
        _ASK,
    ),
    "extended": Words(
        _("Quelque chose a été ajouté après le cachet"),
        _(
            "Le cachet est le nôtre, mais il ne couvre pas tout le fichier : des annotations, des pages, une autre "
            "signature ou des données ont été ajoutées depuis. Ce que le lecteur affiche n’est peut-être plus ce que nous avons délivré."
        ),
        _ASK,
    ),
    "forged": Words(
        _("Ce cachet est contrefait ou abîmé"),
        _("Il cite notre certificat, mais notre clé ne l’a pas signé."),
        _ASK,
    ),
    "foreign": Words(
        _("Ce document n’est pas signé par nous"),
        _("Il porte une signature, mais d’un certificat qui n’est pas le nôtre : nous n’en garantissons rien."),
        _ASK,
    ),
    "foreign_demonstration": Words(
        _("Cachet de démonstration d’ailleurs : document sans valeur"),
        _("Son certificat dit lui-même qu’il est fait pour une démonstration, et ce n’est pas le nôtre."),
        _ASK,
    ),
    "expired": Words(
        _("Le certificat n’était pas valable à cette date"),
        _(
            "Le cachet est le nôtre et le document n’a pas changé, mais la date du cachet manque, "
            "ou n’est pas dans la période de validité du certificat."
        ),
        _("Écrivez-nous en joignant le document : nous dirons si nous l’avons délivré."),
    ),
    "unsigned": Words(
        _("Ce document ne porte pas de cachet"),
        _("C’est un PDF sans aucune signature électronique, et nous ne le reconnaissons pas."),
        _AS_RECEIVED,
    ),
    "encrypted": Words(
        _("Ce PDF est chiffré ou protégé par un mot de passe"),
        _("Nous ne délivrons aucun document protégé ainsi, et nous ne pouvons pas lire celui-ci."),
        _AS_RECEIVED,
    ),
    "truncated": Words(
        _("Ce PDF est incomplet"),
        _(
            "La fin du fichier manque : le téléchargement ou l’envoi s’est sans doute interrompu. Rien ne peut être vérifié."
        ),
        _("Téléchargez le document de nouveau, puis recommencez."),
    ),
    "damaged": Words(
        _("Ce PDF est abîmé"),
        _("Sa structure ne peut pas être lue : rien ne peut être vérifié."),
        _("Téléchargez le document de nouveau, puis recommencez."),
    ),
    "not_pdf": Words(
        _("Ce fichier n’est pas un PDF"),
        _("Nos documents sont des fichiers PDF ; seuls ceux-là portent un cachet électronique."),
        _("Une preuve du registre (fichier .json) se vérifie sur sa propre page."),
    ),
    "heavy": Words(
        _("Ce PDF est trop lourd à lire"),
        _("Le lire demande plus de temps ou de mémoire que ne le ferait aucun de nos documents."),
        _AS_RECEIVED,
    ),
}
