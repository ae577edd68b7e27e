"""The append-only record and its proofs, and the rehearsal's clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from journal import merkle


class Entry(models.Model):
    """One line of the journal. Written once by :func:`journal.append.append`; triggers refuse the rest."""

    kind = models.CharField(_("nature"), max_length=60, db_index=True)
    at = models.DateTimeField(_("heure"), help_text=_("À l'horloge de référence."))
    actor = models.CharField(_("auteur"), max_length=80)
    subject = models.CharField(_("objet"), max_length=120, db_index=True)
    facts = models.JSONField(_("faits"))
    body = models.TextField(_("texte canonique"), help_text=_("Le texte exact qui est haché."))

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def leaf_hash(self) -> str:
        """The entry's hash in the tree (RFC 9162), hexadecimal; the same before and after sealing."""
        return merkle.leaf_hash(self.body.encode()).hex()


class Unsealed(models.Model):
    """An entry that waits for its leaf. The sealer takes the row away: what is left to do never needs a search."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="unsealed")

    class Meta:
        verbose_name = _("inscription à sceller")
        verbose_name_plural = _("inscriptions à sceller")

    def __str__(self) -> str:
        return f"{self.pk}"


class Leaf(models.Model):
    """The place of an entry in the Merkle tree, given when the journal is sealed."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.index}"


class Node(models.Model):
    """The root of the full subtree over leaves ``[index * 2**level, (index + 1) * 2**level)``, from level 1 up.

    Level 0 is :class:`Leaf`. Each is written once, when its last leaf is: a proof reads O(log n) of them.
    """

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="journal_node_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed (origin, size, root) over all leaves so far."""

    size = models.BigIntegerField(_("taille"), unique=True)
    root = models.BinaryField(_("racine"), max_length=32)
    note = models.TextField(_("note signée"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("empreinte")
        verbose_name_plural = _("empreintes")
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"{self.size}"

    @property
    def root_hex(self) -> str:
        return bytes(self.root).hex()


class ClockShift(models.Model):
    """A move of the rehearsal's clock: the last row holds. Production has none and reads none."""

    offset = models.DurationField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.stopped_at or self.offset}"


class Heartbeat(models.Model):
    """When a periodic process was last seen, in real time."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CheckResult(models.Model):
    """What the last search for a state that should be impossible found. Times are real; written by a sweep alone."""

    name = models.CharField(_("contrôle"), max_length=80, primary_key=True)
    at = models.DateTimeField(_("fait à"))
    holds = models.BooleanField(_("tient"))
    count = models.PositiveIntegerField(_("anomalies"), default=0)
    found = models.JSONField(_("premières anomalies"), default=list)
    milliseconds = models.PositiveIntegerField(_("durée, en millisecondes"), default=0)

    class Meta:
        verbose_name = _("contrôle")
        verbose_name_plural = _("contrôles")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(holds=True, count=0) | models.Q(holds=False, count__gt=0),
                name="journal_check_holds_or_counts",
            )
        ]

    def __str__(self) -> str:
        return self.name
