"""What the screens say, in each language. A language is complete by construction: every field has to be given."""

from dataclasses import dataclass
from datetime import date

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.proposal import Direction
from terminal_app.kiosk.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language. Placeholders: {time}, {count}, {age}, {what}, {percent}."""

    hold_badge: str
    now_badge: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    tiles: dict[ClockingKind, str]
    directions: dict[Direction, str]
    recorded_at: str
    because_in: str
    because_out: str
    first_today: str
    unknown_recorded: str
    undo: str
    undone: str
    taken_back: str
    refusals: dict[Refusal, str]
    choose: dict[ClockingKind, str]
    back: str
    page: str
    all_sent: str
    waiting: str
    storage_fails: str
    online: str
    offline: str
    server_refuses: str
    courier_stopped: str
    reader_missing: str
    port_taken: str
    reader_ready: str
    clock_unverified: str
    clock_unsure: str
    ledger_damaged: str
    disk_full: str
    mirror_missing: str

    def day(self, day: date) -> str:
        """A date in words."""
        return f"{self.weekdays[day.weekday()]} {day.day} {self.months[day.month - 1]}"


_NL = Wording(
    hold_badge="Houd uw badge voor de lezer",
    now_badge="Houd nu uw badge voor de lezer",
    weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    months=(
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    tiles={
        ClockingKind.IN_OUT: "In/uit",
        ClockingKind.ACTIVITY: "Activiteit",
        ClockingKind.ACTIVITY_END: "Einde act.",
        ClockingKind.REASON: "Reden",
    },
    directions={Direction.IN: "IN", Direction.OUT: "UIT"},
    recorded_at="geregistreerd om {time}",
    because_in="UIT, want hier IN om {time}",
    because_out="IN, want hier UIT om {time}",
    first_today="eerste hier vandaag",
    unknown_recorded="Badge onbekend: geregistreerd, meld het aan HR",
    undo="Ongedaan maken",
    undone="Vervallen",
    taken_back="{what}: niet geregistreerd",
    refusals={
        Refusal.UNKNOWN_BADGE: "Badge onbekend. Niets geregistreerd: vraag het aan HR",
        Refusal.OUT_OF_SERVICE: "Niet in dienst vandaag. Niets geregistreerd: vraag het aan HR",
        Refusal.TOO_LATE_TO_UNDO: "Te laat: al verzonden. Laat het verbeteren door HR",
        Refusal.STORAGE: "NIET geregistreerd. Verwittig uw verantwoordelijke",
        Refusal.CANCELLED: "Niets geregistreerd",
        Refusal.NOTHING_TO_CHOOSE: "Geen keuze beschikbaar. Niets geregistreerd",
        Refusal.NOTHING_TO_CHOOSE_BESIDES: "Geen keuze beschikbaar. Uw in/uit blijft geregistreerd",
    },
    choose={ClockingKind.REASON: "Kies een reden", ClockingKind.ACTIVITY: "Kies een activiteit"},
    back="terug",
    page="pagina",
    all_sent="alles verzonden",
    waiting="{count} te zenden {age}",
    storage_fails="opslag faalt",
    online="online",
    offline="geen netwerk",
    server_refuses="geen toegang",
    courier_stopped="verzendt niet",
    reader_missing="geen lezer",
    port_taken="poort bezet",
    reader_ready="lezer klaar",
    clock_unverified="klok niet gecontroleerd",
    clock_unsure="klok onzeker",
    ledger_damaged="data hersteld",
    disk_full="schijf {percent}%",
    mirror_missing="geen kopie",
)
_FR = Wording(
    hold_badge="Présentez votre badge",
    now_badge="Présentez maintenant votre badge",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    tiles={
        ClockingKind.IN_OUT: "Entrée / sortie",
        ClockingKind.ACTIVITY: "Activité",
        ClockingKind.ACTIVITY_END: "Fin act.",
        ClockingKind.REASON: "Motif",
    },
    directions={Direction.IN: "ENTRÉE", Direction.OUT: "SORTIE"},
    recorded_at="enregistré à {time}",
    because_in="SORTIE, car ENTRÉE ici à {time}",
    because_out="ENTRÉE, car SORTIE ici à {time}",
    first_today="premier pointage ici aujourd'hui",
    unknown_recorded="Badge inconnu : enregistré, signalez-le aux RH",
    undo="Annuler",
    undone="Annulé",
    taken_back="{what} : pas enregistré",
    refusals={
        Refusal.UNKNOWN_BADGE: "Badge inconnu. Rien n'est enregistré : voyez les RH",
        Refusal.OUT_OF_SERVICE: "Pas en service aujourd'hui. Rien n'est enregistré : voyez les RH",
        Refusal.TOO_LATE_TO_UNDO: "Trop tard : déjà envoyé. Faites corriger par les RH",
        Refusal.STORAGE: "PAS enregistré. Prévenez votre responsable",
        Refusal.CANCELLED: "Rien n'est enregistré",
        Refusal.NOTHING_TO_CHOOSE: "Aucun choix disponible. Rien n'est enregistré",
        Refusal.NOTHING_TO_CHOOSE_BESIDES: "Aucun choix disponible. Votre pointage reste enregistré",
    },
    choose={ClockingKind.REASON: "Choisissez un motif", ClockingKind.ACTIVITY: "Choisissez une activité"},
    back="retour",
    page="page",
    all_sent="tout est envoyé",
    waiting="{count} à envoyer {age}",
    storage_fails="stockage en panne",
    online="en ligne",
    offline="pas de réseau",
    server_refuses="pas d'accès",
    courier_stopped="envoi arrêté",
    reader_missing="sans lecteur",
    port_taken="port occupé",
    reader_ready="lecteur prêt",
    clock_unverified="heure non vérifiée",
    clock_unsure="heure ?",
    ledger_damaged="base réparée",
    disk_full="disque {percent}%",
    mirror_missing="sans copie",
)
_DE = Wording(
    hold_badge="Bitte Ausweis vorhalten",
    now_badge="Jetzt Ausweis vorhalten",
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    tiles={
        ClockingKind.IN_OUT: "Kommen / Gehen",
        ClockingKind.ACTIVITY: "Tätigkeit",
        ClockingKind.ACTIVITY_END: "Tät.-Ende",
        ClockingKind.REASON: "Grund",
    },
    directions={Direction.IN: "KOMMEN", Direction.OUT: "GEHEN"},
    recorded_at="gebucht um {time}",
    because_in="GEHEN, da hier KOMMEN um {time}",
    because_out="KOMMEN, da hier GEHEN um {time}",
    first_today="erste Buchung hier heute",
    unknown_recorded="Ausweis unbekannt: gebucht, bitte der Personalstelle melden",
    undo="Stornieren",
    undone="Storniert",
    taken_back="{what}: nicht gebucht",
    refusals={
        Refusal.UNKNOWN_BADGE: "Ausweis unbekannt. Nichts gebucht: bitte zur Personalstelle",
        Refusal.OUT_OF_SERVICE: "Heute nicht im Dienst. Nichts gebucht: bitte zur Personalstelle",
        Refusal.TOO_LATE_TO_UNDO: "Zu spät: schon gesendet. Bitte bei der Personalstelle berichtigen lassen",
        Refusal.STORAGE: "NICHT gebucht. Bitte Vorgesetzte informieren",
        Refusal.CANCELLED: "Nichts gebucht",
        Refusal.NOTHING_TO_CHOOSE: "Keine Auswahl vorhanden. Nichts gebucht",
        Refusal.NOTHING_TO_CHOOSE_BESIDES: "Keine Auswahl vorhanden. Ihr Kommen/Gehen bleibt gebucht",
    },
    choose={ClockingKind.REASON: "Grund wählen", ClockingKind.ACTIVITY: "Tätigkeit wählen"},
    back="zurück",
    page="Seite",
    all_sent="alles gesendet",
    waiting="{count} zu senden {age}",
    storage_fails="Speicher defekt",
    online="online",
    offline="kein Netz",
    server_refuses="kein Zugang",
    courier_stopped="Versand steht",
    reader_missing="Leser fehlt",
    port_taken="Port belegt",
    reader_ready="Leser bereit",
    clock_unverified="Uhrzeit ungeprüft",
    clock_unsure="Uhr unsicher",
    ledger_damaged="Daten defekt",
    disk_full="Disk {percent}%",
    mirror_missing="Kopie fehlt",
)
_EN = Wording(
    hold_badge="Hold your badge to the reader",
    now_badge="Now hold your badge to the reader",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    tiles={
        ClockingKind.IN_OUT: "In/out",
        ClockingKind.ACTIVITY: "Activity",
        ClockingKind.ACTIVITY_END: "End act.",
        ClockingKind.REASON: "Reason",
    },
    directions={Direction.IN: "IN", Direction.OUT: "OUT"},
    recorded_at="recorded at {time}",
    because_in="OUT, because IN here at {time}",
    because_out="IN, because OUT here at {time}",
    first_today="first one here today",
    unknown_recorded="Badge unknown: recorded, please tell HR",
    undo="Undo",
    undone="Undone",
    taken_back="{what}: not recorded",
    refusals={
        Refusal.UNKNOWN_BADGE: "Badge unknown. Nothing recorded: ask HR",
        Refusal.OUT_OF_SERVICE: "Not in service today. Nothing recorded: ask HR",
        Refusal.TOO_LATE_TO_UNDO: "Too late: sent already. Ask HR to correct it",
        Refusal.STORAGE: "NOT recorded. Please tell your supervisor",
        Refusal.CANCELLED: "Nothing recorded",
        Refusal.NOTHING_TO_CHOOSE: "Nothing to choose from. Nothing recorded",
        Refusal.NOTHING_TO_CHOOSE_BESIDES: "Nothing to choose from. Your in/out stays recorded",
    },
    choose={ClockingKind.REASON: "Choose a reason", ClockingKind.ACTIVITY: "Choose an activity"},
    back="back",
    page="page",
    all_sent="all sent",
    waiting="{count} to send {age}",
    storage_fails="storage fails",
    online="online",
    offline="no network",
    server_refuses="no access",
    courier_stopped="not sending",
    reader_missing="reader missing",
    port_taken="port taken",
    reader_ready="reader ready",
    clock_unverified="clock not verified",
    clock_unsure="clock unsure",
    ledger_damaged="data damaged",
    disk_full="disk {percent}%",
    mirror_missing="no mirror",
)
_LANGUAGES = {"nl": _NL, "fr": _FR, "de": _DE, "en": _EN}


def wording_in(language: str) -> Wording:
    """The wording of a language, English where it is none of ours."""
    return _LANGUAGES.get(language, _EN)
