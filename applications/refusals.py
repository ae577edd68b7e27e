"""Why a file won't do, in words that blame nobody and say what to do next. Each has a code."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

_PRINT = lazy(
    "Ouvrez-le sur votre appareil, choisissez « Imprimer », puis « Enregistrer au format PDF », et envoyez le résultat."
)
_EXPORT = lazy("Ouvrez-le, enregistrez-le ou exportez-le au format PDF, puis envoyez le PDF.")

#: By code; ``%(print)s`` says how to make a plain PDF of any.
_WORDS = {
    "empty": lazy("Ce fichier est vide. Choisissez le bon fichier, puis recommencez."),
    "too_big": lazy("Ce fichier est trop lourd : %(size)s Mo, pour %(max)s Mo au plus. Réduisez-le, puis recommencez."),
    "too_many_pages": lazy(
        "Ce PDF compte %(pages)s pages, pour %(max)s au plus. Gardez les pages utiles, puis recommencez."
    ),
    # A PDF as a whole
    "shifted": lazy("Ce PDF commence par autre chose qu’un PDF. %(print)s"),
    "foreign": lazy("Ce PDF contient, à son début, autre chose qu’un PDF. %(print)s"),
    "trailing": lazy("Ce PDF est suivi d’autre chose qu’un PDF. %(print)s"),
    "truncated": lazy(
        "Ce PDF est incomplet : sa fin manque. Téléchargez-le ou copiez-le de nouveau en entier, vérifiez qu’il s’ouvre, "
        "puis recommencez."
    ),
    "hollow": lazy(
        "Ce fichier n’a pas de contenu : il n’a sans doute pas fini de se télécharger ou de se copier. Vérifiez qu’il "
        "s’ouvre, puis recommencez."
    ),
    "damaged": lazy("Ce PDF ne s’ouvre pas bien : il est endommagé ou incomplet. %(print)s"),
    "no_pages": lazy(
        "Ce PDF n’a aucune page. Choisissez le bon fichier, ou enregistrez-le de nouveau, puis recommencez."
    ),
    "heavy": lazy("Ce PDF demande trop de mémoire ou de temps pour être lu. %(print)s"),
    "picture": lazy(
        "Ce PDF contient une image démesurée. Numérisez la page à 300 points par pouce, ou réduisez l’image."
    ),
    "page_size": lazy("Une page de ce PDF a des dimensions qu’aucun lecteur n’affiche. %(print)s"),
    "password": lazy("Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis recommencez."),
    "restricted": lazy(
        "Ce PDF est protégé par des restrictions (impression, copie…). %(print)s Si l’impression est interdite, numérisez "
        "ou photographiez le papier."
    ),
    # What a PDF holds beside its pages
    "javascript": lazy("Ce PDF contient un programme (JavaScript). %(print)s"),
    "launch": lazy("Ce PDF demande d’ouvrir un autre programme ou un autre fichier. %(print)s"),
    "submit": lazy("Ce PDF contient un formulaire qui envoie ou charge des données. %(print)s"),
    "xfa": lazy("Ce PDF est un formulaire dynamique (XFA), que peu de lecteurs affichent. %(print)s"),
    "media": lazy("Ce PDF contient du son, de la vidéo ou de la 3D. %(print)s"),
    "attachment": lazy("Ce PDF contient des fichiers joints. Retirez-les, et envoyez chaque document séparément."),
    "remote": lazy("Ce PDF renvoie à un autre fichier, que nous n’aurions pas. %(print)s"),
    "link": lazy(
        "Ce PDF contient un lien qui n’ouvre ni une page web, ni une adresse électronique. Retirez ce lien, ou faites "
        "ceci : %(print)s"
    ),
    "action": lazy("Ce PDF contient une action automatique que nous ne connaissons pas. %(print)s"),
    # Photos
    "too_many_photos": lazy("Vous envoyez %(pages)s photos, pour %(max)s pages au plus. Gardez les pages utiles."),
    "mixed": lazy("Envoyez soit un PDF, soit des photos, mais pas les deux ensemble."),
    "one_file": lazy("Envoyez un seul fichier PDF à la fois."),
    "photo_too_big": lazy(
        "Cette photo est trop lourde : %(size)s Mo, pour %(max)s Mo au plus. Réduisez-la, puis recommencez."
    ),
    "photos_too_big": lazy(
        "Ces photos sont trop lourdes ensemble : %(size)s Mo, pour %(max)s Mo au plus. Prenez-les avec moins de détail, ou "
        "envoyez un PDF."
    ),
    "photo_damaged": lazy(
        "Cette photo ne s’ouvre pas : elle est endommagée ou incomplète. Reprenez-la, puis recommencez."
    ),
    "photo_dimensions": lazy(
        "Cette photo est démesurée : plus de 50 millions de pixels. Choisissez une taille plus petite dans les réglages de "
        "l’appareil, puis reprenez-la."
    ),
    "photo_animated": lazy("Cette image est animée. Envoyez une photo ou une capture d’écran simple."),
    "photos_heavy": lazy(
        "Réunies en un PDF, ces photos restent trop lourdes, pour %(max)s Mo au plus. Envoyez-en moins, ou recadrez-les sur "
        "le papier."
    ),
    "photos_slow": lazy(
        "Ces photos demandent trop de mémoire ou de temps. Prenez-les avec moins de détail, puis recommencez."
    ),
    # What isn't the file's fault
    "busy": lazy("Beaucoup de fichiers arrivent en ce moment. Réessayez dans un instant : rien n’est perdu."),
    "malware": lazy(
        "Un logiciel malveillant a été détecté dans ce fichier : il n’a pas été gardé. Analysez votre appareil avec un "
        "antivirus, ou refaites ce document sur un autre, puis recommencez."
    ),
    "scanner_unavailable": lazy(
        "L’analyse antivirus ne répond pas pour le moment : ce fichier n’a pas été gardé. Réessayez dans quelques minutes ; le "
        "reste de votre dossier est enregistré."
    ),
}

#: What it is instead of a PDF, and what to do.
_KINDS = {
    "word": (
        lazy("un document Word"),
        lazy("Dans Word : « Fichier », « Enregistrer sous », « PDF ». Puis envoyez le PDF."),
    ),
    "odt": (
        lazy("un document LibreOffice"),
        lazy("Dans LibreOffice : « Fichier », « Exporter au format PDF ». Puis envoyez le PDF."),
    ),
    "pages": (
        lazy("un document Pages"),
        lazy("Dans Pages : « Fichier », « Exporter vers », « PDF ». Puis envoyez le PDF."),
    ),
    "rtf": (lazy("un document de traitement de texte (RTF)"), _EXPORT),
    "sheet": (lazy("un tableur"), _EXPORT),
    "slides": (lazy("un diaporama"), _EXPORT),
    "book": (lazy("un livre numérique"), _EXPORT),
    "postscript": (lazy("un fichier d’impression PostScript"), _EXPORT),
    "text": (lazy("un texte brut"), _EXPORT),
    "web": (
        lazy("une page web"),
        lazy("Ouvrez-la dans votre navigateur, choisissez « Imprimer », puis « Enregistrer au format PDF »."),
    ),
    "mail": (
        lazy("un courrier électronique"),
        lazy("Ouvrez-le, enregistrez sa pièce jointe, puis envoyez-la. Ou imprimez le message au format PDF."),
    ),
    "signed": (
        lazy("une enveloppe de signature électronique (.p7m)"),
        lazy("Ouvrez-la avec votre logiciel de signature, extrayez-en le PDF, puis envoyez-le."),
    ),
    "shortcut": (
        lazy("un raccourci vers un document, et non le document"),
        lazy("Ouvrez le document, téléchargez-le au format PDF, puis envoyez-le."),
    ),
    "hidden": (
        lazy("un fichier caché du système"),
        lazy("Choisissez le fichier du même nom qui ne commence pas par « ._ »."),
    ),
    "archive": (
        lazy("une archive (ZIP ou autre)"),
        lazy("Ouvrez-la, puis envoyez chaque document qu’elle contient séparément, au format PDF."),
    ),
    "program": (lazy("un programme"), lazy("Choisissez le document lui-même, au format PDF.")),
    "video": (lazy("une vidéo"), lazy("Photographiez le papier, ou numérisez-le au format PDF.")),
    "sound": (lazy("un enregistrement sonore"), lazy("Envoyez le document lui-même, au format PDF.")),
    "unknown": (lazy("un fichier d’un format que nous ne connaissons pas"), _EXPORT),
}
_PICTURE = lazy("une image (%(format)s)")
_PRINT_PICTURE = lazy("Ouvrez-la, choisissez « Imprimer », puis « Enregistrer au format PDF », et envoyez le PDF.")
_RENAME_PICTURE = lazy(
    "Si c’est la photo de votre document, donnez-lui un nom en « .%(extension)s » ; sinon, choisissez le PDF."
)
_CONVERT_PICTURE = lazy("Enregistrez-la en JPEG ou en PNG, ou imprimez-la au format PDF, puis recommencez.")


def refusal(code: str, **values: Any) -> ValidationError:
    """The error for a code above."""
    words: Mapping[str, Any] = {"print": _PRINT, **values}
    return ValidationError(_WORDS[code] % words, code=code)


def wrong_kind(kind: str, *, named_pdf: bool, photos: bool) -> ValidationError:
    """The error for a file that isn't what the requirement takes; ``named_pdf``: its name says that it is a PDF."""
    if kind in _WORDS:
        return refusal(kind)
    if kind in _KINDS:
        what, advice = str(_KINDS[kind][0]), str(_KINDS[kind][1])
    else:
        what = _PICTURE % {"format": kind.upper()}
        advice = str(_CONVERT_PICTURE if photos else _PRINT_PICTURE)
        if photos and kind in _EXTENSIONS:
            advice = _RENAME_PICTURE % {"extension": _EXTENSIONS[kind]}
    if named_pdf:
        words = _("Ce fichier s’appelle « .pdf », mais c’est %(what)s. %(advice)s")
    elif photos:
        words = _("Ce fichier est %(what)s ; il faut un PDF, ou des photos (JPEG, PNG ou HEIC). %(advice)s")
    else:
        words = _("Ce fichier est %(what)s ; il faut un PDF. %(advice)s")
    return ValidationError(words % {"what": what, "advice": advice}, code=f"kind_{kind}")


_EXTENSIONS = {"jpeg": "jpg", "png": "png", "heic": "heic"}


def in_photo(error: ValidationError, *, number: int, name: str, of: int) -> ValidationError:
    """The same error, which says which of several photos it is about, counted from 1."""
    if of == 1:
        return error
    words = _("Photo %(number)s sur %(of)s (« %(name)s ») : %(words)s")
    return ValidationError(words % {"number": number, "of": of, "name": name, "words": error.message}, code=error.code)
