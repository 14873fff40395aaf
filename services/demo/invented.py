"""What the people and places of the sample partnership are made of. Nobody in it exists."""

from collections.abc import Mapping
from datetime import date

SEASON_BEGINS = date(2026, 6, 1)
AUTUMN_STUDY_DAY = date(2026, 11, 18)
FIRST_NAMES = [
    "Amara",
    "Bilal",
    "Carys",
    "Dmitri",
    "Elif",
    "Femi",
    "Grace",
    "Hana",
    "Idris",
    "Jodie",
    "Kofi",
    "Leila",
    "Marek",
    "Nia",
    "Owen",
]
LAST_NAMES = [
    "Ashdown",
    "Bramble",
    "Copperfield",
    "Dunmore",
    "Eastwood",
    "Fairbrook",
    "Greenhalgh",
    "Hollis",
    "Ibsen",
    "Juniper",
]
UNIVERSITIES = (("UNI-W", "University of Westmere"), ("UNI-A", "Aldbrook University"))
COUNCILS = (("LA-W", "Westmere City Council"), ("LA-A", "Aldshire County Council"))
VOLUNTARY = ("PVI-H", "Harbour Bridge")
TOWNS = {
    "Westmere Centre": (52.954, -1.150),
    "Westmere North": (53.020, -1.160),
    "Aldbrook": (52.910, -1.480),
    "Carrow": (53.140, -1.200),
    "Millford": (52.900, -1.270),
}
TEAMS = (
    ("Children in Need", "childrens", "assessment", True),
    ("Children Looked After", "childrens", "looked_after_children", True),
    ("Adults Community", "adults", "community", True),
    ("Hospital Discharge", "adults", "hospital", True),
)
VOLUNTARY_TEAMS = (
    ("Family Support", "childrens", "family_support", False),
    ("Advocacy", "adults", "advocacy", False),
    ("Carers", "adults", "carers", False),
    ("Young People", "integrated", "young_people", False),
)
DOMAINS = (
    "professionalism|values_and_ethics|knowledge|critical_reflection_and_analysis|skills_and_interventions"
)
Row = Mapping[str, object]
