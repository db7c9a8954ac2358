"""Names and places of the demo's buyers, by country. Invented combinations of common names."""

from __future__ import annotations

import random
import unicodedata

FIRST = {
    "FR": {
        "f": "Claire Sophie Camille Nathalie Élodie Manon Chloé Aurélie Isabelle Léa Martine Sandrine"
        " Valérie Juliette Amandine Françoise Hélène Pauline Salomé Fatima Mireille Agathe",
        "m": "Julien Thomas Nicolas Pierre Antoine Mathieu Romain Laurent Hugo Olivier Karim Bruno"
        " Sébastien Gérard Benoît Yann Adrien Mehdi Christophe Lucas Étienne Pascal",
    },
    "DE": {
        "f": "Anna Katharina Sabine Julia Mareike Petra Lena Franziska Ute Birgit Hannah Claudia"
        " Svenja Monika Johanna Tanja Ayşe Greta Ingrid Annika",
        "m": "Stefan Michael Jan Thorsten Markus Uwe Felix Sebastian Holger Matthias Jürgen Tobias"
        " Florian Ralf Mehmet Sven Klaus Moritz Dieter Henrik",
    },
    "IT": {
        "f": "Giulia Francesca Chiara Martina Elena Silvia Paola Alessia Federica Valentina Rosa",
        "m": "Marco Luca Alessandro Davide Andrea Stefano Matteo Giovanni Paolo Fabio Salvatore",
    },
    "ES": {
        "f": "Lucía Carmen Marta Laura Cristina Nuria Pilar Sara Elena Rocío Beatriz",
        "m": "Javier Carlos David Álvaro Sergio Manuel Pablo Jorge Íñigo Rubén Antonio",
    },
    "GB": {
        "f": "Emily Charlotte Hannah Rebecca Priya Fiona Margaret Alice Siân Grace Zoe",
        "m": "James Oliver Daniel Callum Richard Imran Hugh Thomas Gareth Peter Ben",
    },
    "US": {
        "f": "Jessica Ashley Megan Brittany Maria Denise Kayla Linda Rachel",
        "m": "Michael Jason Tyler Brandon Carlos Kevin Scott Marcus Eric",
    },
}
LAST = {
    "FR": "Dubois Lefèvre Moulin Garnier Roux Blanchard Fontaine Chevalier Perrot Mercier Renaud"
    " Bonnet Guérin Faure Marchand Lacroix Benali Le Gall Colin Vasseur Tessier Arnaud Poulain"
    " Haddad Delmas Carpentier Rivière Maillard Besson Charpentier",
    "DE": "Schneider Wagner Hoffmann Krüger Lehmann Vogt Brandes Petersen Schuster Winkler Yılmaz"
    " Böhm Kuhn Seidel Hartmann Franke Albrecht Busch Lorenz Engel Keller Reuter Thiel Harms"
    " Möller Sommer Ziegler Pohl",
    "IT": "Rossi Ferrari Bianchi Romano Gallo Conti Marino Greco Bruno Caruso Rinaldi Moretti"
    " Fontana Santoro Mancini",
    "ES": "García Fernández López Martínez Sánchez Gómez Ruiz Moreno Ortega Navarro Iglesias"
    " Serrano Molina Castro Prieto",
    "GB": "Harris Thompson Clarke Bennett Patel Hughes Morgan Fletcher Whitaker Ellis Reid Shah"
    " Cartwright Murray Barlow",
    "US": "Johnson Miller Davis Ramirez Anderson Walker Cooper Nguyen Brooks Sullivan",
}
MAILBOXES = {
    "FR": ("courriel.example", "boitepostale.example", "maboite.example"),
    "DE": ("postfach.example", "meinebox.example", "briefkasten.example"),
    "IT": ("casella.example",),
    "ES": ("correo.example",),
    "GB": ("letterbox.example",),
    "US": ("inbox.example",),
}
USER_WORDS = (
    "lichtfee", "altbau", "kuechenglueck", "nordlicht", "flohmarkt", "hausamsee", "stilbruch",
    "wohnlust", "moebelfreund", "kupferkanne", "dielenboden", "sonnendeck", "waldkauz",
)  # fmt: skip


def person(country: str, dice: random.Random) -> tuple[str, str, str]:
    """Draw first name, last name and gender."""
    gender = dice.choice("fm")
    lasts = LAST[country].replace("Le Gall", "Le_Gall").split()
    last = dice.choice(lasts).replace("_", " ")
    return dice.choice(FIRST[country][gender].split()), last, gender


def mailbox(first: str, last: str, country: str, dice: random.Random) -> str:
    """Make up a person's own address."""
    given, family = plain(first), plain(last)
    local = dice.choice(
        [f"{given}.{family}", f"{given[0]}.{family}", f"{family}{dice.randint(58, 99)}",
         f"{given}{family}", f"{given}.{family}{dice.randint(1, 30)}"]
    )  # fmt: skip
    return f"{local}@{dice.choice(MAILBOXES[country])}"


def user_name(first: str, dice: random.Random) -> str:
    """Make up a name as people choose on auction sites."""
    return dice.choice(
        [f"{dice.choice(USER_WORDS)}_{dice.randint(60, 99)}", f"{plain(first)}{dice.randint(1, 2024)}",
         f"{dice.choice(USER_WORDS)}-{plain(first)}"]
    )  # fmt: skip


def plain(text: str) -> str:
    """Give a name as addresses write it: lower case, no accents, no spaces."""
    folded = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ø", "o"))
    return "".join(char for char in folded.lower() if char.isascii() and char.isalnum())
