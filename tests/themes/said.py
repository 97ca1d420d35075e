"""Three things people talk about, in both languages: enough for a real run."""

from __future__ import annotations

BUS = [
    "The last bus leaves at six and I cannot get home from work.",
    "There is no bus on Sundays in our village.",
    "Buses are always late and the timetable is never right.",
    "Bus fares are too high for young people.",
    "We need a bus to the hospital in the evening.",
    "My mother waits an hour for the bus in the rain.",
    "Mae'r bws olaf yn gadael am chwech a does dim ffordd adref.",
    "Does dim bws ar ddydd Sul yn y pentref.",
    "Mae'r bysiau'n hwyr bob dydd ac mae'r amserlen yn anghywir.",
    "Mae angen bws i'r ysbyty gyda'r nos.",
]
LIBRARY = [
    "The library is only open two days a week.",
    "Please keep the library open on Saturdays.",
    "Children need the library for their homework.",
    "The library should have more Welsh books.",
    "Closing the library would hurt older people.",
    "The librarian knows everybody and helps with forms.",
    "Mae'r llyfrgell ar agor dau ddiwrnod yr wythnos yn unig.",
    "Cadwch y llyfrgell ar agor ar ddydd Sadwrn.",
    "Mae angen mwy o lyfrau Cymraeg yn y llyfrgell.",
    "Mae plant angen y llyfrgell i wneud eu gwaith cartref.",
]
PARK = [
    "The playground in the park is broken and dangerous.",
    "Dogs run loose in the park every morning.",
    "The park needs more benches and bins.",
    "There should be lights on the path through the park.",
    "The grass in the park is never cut.",
    "Swings for small children would make the park better.",
    "Mae'r parc chwarae wedi torri ac yn beryglus.",
    "Mae angen mwy o finiau a meinciau yn y parc.",
    "Mae'r cŵn yn rhedeg yn rhydd yn y parc.",
    "Dylai fod golau ar y llwybr drwy'r parc.",
]
