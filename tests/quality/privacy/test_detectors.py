"""What is personal data in a text and what only looks like it. All numbers and names here are made up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr.nir import calc_check_digits

from quality.privacy import detectors
from quality.privacy.guard import mask_text, shown_name
from quality.privacy.kinds import BIRTH_DATE, EMAIL, INS, NIR, PHONE, PersonalKind


def nir(number: str = "1850578006084") -> str:
    return number + calc_check_digits(number + "00")


def spaced(number: str, gap: str = " ") -> str:
    return gap.join((number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:]))


PERSONAL: list[tuple[str, PersonalKind]] = [
    (nir(), NIR),
    (spaced(nir()), NIR),
    (spaced(nir(), "\u00a0"), NIR),
    (spaced(nir(), "."), NIR),
    (f"{nir()[:13]} {nir()[13:]}", NIR),
    (nir("285122A004012"), NIR),
    (spaced(nir("285122B004012")), NIR),
    (nir("285122b004012".upper()).lower(), NIR),
    (f"Numéro {nir()}, à vérifier.", NIR),
    ("NIR 1850578006084 (sans clé)", NIR),
    (nir("7850578006084"), INS),
    (f"INS : {nir()}", INS),
    ("INS-C 12345678901234567890 12", INS),
    ("jean.dupont@chu-exemple.fr", EMAIL),
    ("Écrire à <Jean.Dupont+ia@sante.chu.example>.", EMAIL),
    ("jean.dupont (at) chu.fr", EMAIL),
    ("hélène@hôpital.fr", EMAIL),
    ("0612345678", PHONE),
    ("06 12 34 56 78", PHONE),
    ("06.12.34.56.78", PHONE),
    ("04-76-12-34-56", PHONE),
    ("+33 6 12 34 56 78", PHONE),
    ("+33612345678", PHONE),
    ("+33 (0)6 12 34 56 78", PHONE),
    ("0033 6 12 34 56 78", PHONE),
    ("06\u202f12\u202f34\u202f56\u202f78", PHONE),
    ("0612 345 678", PHONE),
    ("0262 20 12 34", PHONE),
    ("Référent : poste 12, tél 04 76 12 34 56.", PHONE),
    ("(06) 12 34 56 78", PHONE),
    ("06,12,34,56,78", PHONE),
    ("+262 692 12 34 56", PHONE),
    ("00590 690 12 34 56", PHONE),
    ("+594 694 20 12 34", PHONE),
    ("+41 22 379 92 00", PHONE),
    ("0032 2 555 12 12", PHONE),
    ("+352 26 11 23 45", PHONE),
    ("+377 98 98 88 00", PHONE),
    ("+49 (0)30 227-0 1234", PHONE),
    ("0\u00ad6 12 34 56 78", PHONE),
    ("06\u201112\u201134\u201156\u201178", PHONE),
    ("０６１２３４５６７８", PHONE),
    ("jean.dupont @ chu-exemple.fr", EMAIL),
    ("jean.dupont @ chu-exemple . fr", EMAIL),
    ("jean.dupont＠chu-exemple．fr", EMAIL),
    ("jean.dupont\u200b@chu-exemple.fr", EMAIL),
    ("jean.dupont [at] chu-exemple.fr", EMAIL),
    ("jean.dupont arobase chu-exemple.fr", EMAIL),
    (spaced(nir(), " - "), NIR),
    (" ".join(nir()[start : start + 5] for start in (0, 5, 10)), NIR),
    (f"{nir()[:7]} {nir()[7:]}", NIR),
    ("\u00ad".join(nir()), NIR),
    (spaced(nir(), "\u2013"), NIR),
    ("née\u00a0le\u202f12/03/1956", BIRTH_DATE),
    ("né  le : 12 / 03 / 1956", BIRTH_DATE),
    ("née le 12\u201103\u20111956", BIRTH_DATE),
    ("NÉ LE １２/０３/１９５６", BIRTH_DATE),
    ("né\tle 12/03/1956", BIRTH_DATE),
    ("née 12/03/1961", BIRTH_DATE),
    ("Dupont Jean (né : 12/03/1961)", BIRTH_DATE),
    ("M. Dupont, 4 mai 1961", BIRTH_DATE),
    ("M. Dupont\n12/03/1956", BIRTH_DATE),
    ("Jean Dupont 4-mars-1961", BIRTH_DATE),
    ("né le 12/03/1956", BIRTH_DATE),
    ("Mme Martin, née le 4 mai 1961", BIRTH_DATE),
    ("DUPONT Jean, né(e) le 1956-03-12", BIRTH_DATE),
    ("Date de naissance : 12.03.1956", BIRTH_DATE),
    ("DDN 12/03/56", BIRTH_DATE),
    ("M. Dupont 12/03/1956", BIRTH_DATE),
    ("patiente Lucie Martin (12/03/2015)", BIRTH_DATE),
    ("Jean Dupont (12/03/1956)", BIRTH_DATE),
]

ORDINARY = [
    "690781810",  # FINESS
    "010780054",
    "690781810-1",  # a use case of the organisation
    "01,12,34,56,78,90",
    "projet né du comité du 12/03/2024",
    "+ 12 %",
    "00123456789012345",
    "+1000 000 000 €",
    "prix @ 12.50 euros",
    "mise @ jour",
    "010780054-1",
    "010780054-12",
    "26690027300019",  # SIRET
    "266 900 273 00019",
    "CAT-001",
    "SOL-0612345678-A",
    "2026-03-15",
    "15/03/2026",
    "Comité du 15/03/2026",
    "CHU Lyon 12/03/2024",
    "Loi Informatique 06/01/1978",
    "Comité Stratégique, 12/03/2026",
    "1 850 578 006 084",  # an amount
    "12 500 000,50",
    "0,0612345678",
    "185057800608400",  # fifteen digits whose key is wrong
    "199013800608400",  # thirteenth month, of no year
    "12 01 23 45 67 89 10",  # a row of numbers
    "3 0 1 2 3 4 5 6 7 8 9",
    "8.8.8.8 et 192.168.100.200",
    "https://exemple.fr/voir?id=42",
    "@lire, puis répondre",
    "modèle@v2.1",
    "1.2.250.1.213.1.1.4.10",
    "f47ac10b-58cc-4372-a567-0612345678ab",
    "30 min × 50 personnes = 25 h par jour",
    "né de la fusion de deux hôpitaux en 2019",
    "Naissance : maternité de niveau 3",
]


@pytest.mark.parametrize(("text", "kind"), PERSONAL)
def test_personal_data_is_found_and_masked(text: str, kind: PersonalKind) -> None:
    assert detectors.may_hold(text)
    masked, kinds = mask_text(text)
    assert kinds == [kind]
    assert kind.mask in masked
    assert detectors.find(masked) == []


@pytest.mark.parametrize("text", ORDINARY)
def test_what_only_looks_like_it_is_left_as_it_is(text: str) -> None:
    assert mask_text(text) == (text, [])


def test_what_stands_around_is_kept_and_several_are_masked_each() -> None:
    masked, kinds = mask_text(f"Écrire à a.b@chu.fr ou appeler le 06 12 34 56 78 / 07 11 22 33 44 ({nir()}).")
    assert masked == f"Écrire à {EMAIL.mask} ou appeler le {PHONE.mask} / {PHONE.mask} ({NIR.mask})."
    assert kinds == [EMAIL, PHONE, PHONE, NIR]


@given(st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[1-8][0-9]|2A|2B)[0-9]{6}", fullmatch=True))
def test_any_nir_with_its_key_is_found_and_none_with_another(number: str) -> None:
    right = nir(number)
    assert mask_text(f"voir {right} svp")[0] == f"voir {NIR.mask} svp"
    wrong = f"{int(right[13:]) % 97 + 1:02d}"
    assert mask_text(f"voir {number}{wrong} svp")[1] == []


_HIDING = ["\n", "\u00a0", "\u00ad", "\u2011", "\u200b", "０", "＠"]
_WORDS = ["né", "le", "naissance", "Mme", "Jean", "Dupont", "mars", "(at)", "chu", "fr"]
_BITS = st.sampled_from([*"01AB+@.-/ ,()", "06", "12", "33", "057", "185", "1956", *_HIDING, *_WORDS])


@settings(max_examples=600)
@given(st.lists(_BITS, max_size=30).map("".join) | st.text(max_size=200), st.sampled_from([one for one, _ in PERSONAL]))
def test_the_quick_look_never_says_no_to_what_the_close_look_finds(around: str, personal: str) -> None:
    for text in (around, around + "\n" + personal, personal + " " + around):
        assert detectors.may_hold(text) or not detectors.find(text)
        assert detectors.any_may_hold(["un", text, "deux"]) or not detectors.find(text)


@given(st.sampled_from([one for one, _ in PERSONAL]), st.data())
def test_what_does_not_show_hides_nothing(text: str, data: st.DataObject) -> None:
    """Soft hyphens, joiners and marks of direction anywhere in it, another dash, another space."""
    hidden = "".join(letter + data.draw(st.sampled_from(["", "", "\u00ad", "\u200b", "\u2060"])) for letter in text)
    other = hidden.replace(" ", data.draw(st.sampled_from([" ", "\u00a0", "\u2009", "\u3000"])))
    other = other.replace("-", data.draw(st.sampled_from(["-", "\u2010", "\u2212", "\uff0d"])))
    assert mask_text(other)[1] == mask_text(text)[1]


@pytest.mark.timeout(60)  # Quadratic time would be minutes.
@pytest.mark.parametrize("letter", ["a", "a.", "1", "1 ", "0", "@", "a@", "06 ", "A ", "Aa ", "né le ", "+33", "12/"])
def test_no_text_makes_the_search_slow(letter: str) -> None:
    text = (letter * 32_767)[:32_767]
    assert mask_text(text)


def test_a_name_is_masked_made_visible_and_told() -> None:
    assert shown_name("envoi 2026.xlsx") == ("envoi 2026.xlsx", False)
    assert shown_name("fiche_jean.dupont@chu.fr.xlsx")[1]
    assert shown_name(f"nir_{nir()}_v2.xlsx") == (f"nir_{NIR.mask}_v2.xlsx", True)
    assert shown_name("tel_0612345678.ods") == (f"tel_{PHONE.mask}.ods", True)
    assert shown_name("a\u202excl.exe\x07.xlsx") == ("a\ufffdxcl.exe\ufffd.xlsx", False)
    assert shown_name("\udce9valuation.xlsx") == ("\ufffdvaluation.xlsx", False)


@pytest.mark.parametrize("gap", " .-/_·•∙⋅・‧●▪。⁄∕\u00a0\u2011")
@pytest.mark.parametrize(("pairs", "kind"), [("06 12 34 56 78", PHONE), (spaced(nir()), NIR)])
def test_a_number_is_masked_by_whatever_dot_slash_or_dash_its_pairs_are_parted(
    gap: str, pairs: str, kind: PersonalKind
) -> None:
    masked, kinds = mask_text(f"Voir {pairs.replace(' ', gap)} svp")
    assert kinds == [kind] and masked == f"Voir {kind.mask} svp"
