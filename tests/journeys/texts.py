"""What is written on the walk: a consultation in both languages, and what forty-five people say to it."""

from __future__ import annotations

import csv
from pathlib import Path

TEXTS: dict[str, dict[str, str]] = {
    "problem": {
        "cy": "Mae llai o bobl yn dod i ganol y dref nag oedd ddeng mlynedd yn ôl. Dywed trigolion hŷn a phobl ifanc ei bod yn anodd cyrraedd yno gyda’r nos.",
        "en": "Fewer people come to the town centre than ten years ago. Older residents and young people say that it is hard to get there in the evening.",
    },
    "can_change": {
        "cy": "Amserau’r bysiau, oriau’r llyfrgell a’r ffordd y caiff y parc ei gadw.",
        "en": "Bus times, the hours of the library and the way the park is kept.",
    },
    "cannot_change": {
        "cy": "Swm y gyllideb eleni, am fod y Cyngor eisoes wedi’i phennu.",
        "en": "The sum of this year’s budget, because the Council has already set it.",
    },
    "background": {
        "cy": "Yn 2016 roedd 4,100 o ymweliadau y dydd; y llynedd roedd 2,900.",
        "en": "In 2016 there were 4,100 visits a day; last year there were 2,900.",
    },
    "decision_maker": {
        "cy": "Cabinet y Cyngor, mewn cyfarfod cyhoeddus, gyda’r hyn a ddywedwyd o’i flaen.",
        "en": "The Council’s cabinet, at a public meeting, with what was said before it.",
    },
    "welsh_effects": {
        "cy": "Gallai canol tref prysurach roi mwy o gyfle i siarad Cymraeg. Gallai gwasanaethau newydd heb staff Cymraeg leihau’r cyfle.",
        "en": "A busier town centre could give more chances to speak Welsh. New services without Welsh-speaking staff could lessen them.",
    },
}
OPTION: dict[str, dict[str, str]] = {
    "name": {"cy": "Bws olaf am hanner awr wedi deg", "en": "A last bus at half past ten"},
    "description": {
        "cy": "Gallai pobl fynd adref o’r dref gyda’r nos.",
        "en": "People could go home from town in the evening.",
    },
    "cost": {"cy": "Tua £60,000 y flwyddyn.", "en": "About £60,000 a year."},
}
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "text",
        "Beth fyddai’n gwneud canol y dref yn well i chi?",
        "What would make the town centre better for you?",
    ),
    ("choice", "Pa mor aml ydych chi’n mynd yno?", "How often do you go there?"),
    ("scale", "Mae’n hawdd cyrraedd canol y dref.", "It is easy to reach the town centre."),
    ("text", "Pa effaith gâi hyn ar y Gymraeg?", "How would this affect the Welsh language?"),
)
CHOICES = (("Bob wythnos", "Every week"), ("Yn anaml", "Seldom"))

CITIZEN = {
    "cy": "Dylai bysiau redeg yn hwyrach gyda’r nos. Mae’r bws olaf yn mynd am chwech, felly ni allaf fynd adref ar y bws ar ôl gwaith.",
    "en": "Buses should run later in the evening. The last bus goes at six, so I cannot get home by bus after work.",
}
LATER = {
    "cy": " Diolch am ofyn ŵ ŷ.",
    "en": " Thank you for asking ŵ ŷ.",
}

BUSES = (
    ("en", "The last bus leaves at six and I finish work at seven. We need later buses in the evening."),
    ("en", "Please run buses later at night so that young people can get home from town."),
    ("en", "There is no evening bus to our village. A bus at ten would make a great difference."),
    ("en", "I would come to town more if the bus ran after six o'clock."),
    ("en", "Evening buses have been cut and a taxi home costs twenty pounds."),
    ("en", "The bus timetable stops far too early. My son cannot get home by bus after football."),
    ("en", "Buses on Sundays and in the evening, please. Without a bus we are stuck at home."),
    ("en", "The bus is always late and the last one of the evening often does not come at all."),
    ("cy", "Mae’r bws olaf yn gadael am chwech. Mae angen bysiau hwyrach gyda’r nos."),
    ("cy", "Does dim bws gyda’r nos i’n pentref ni, felly rhaid talu am dacsi adref."),
    ("cy", "Hoffwn weld bysiau yn rhedeg ar ôl chwech o’r gloch ac ar ddydd Sul."),
    ("cy", "Mae’r amserlen bysiau yn gorffen yn rhy gynnar i bobl ifanc fynd adref ar y bws."),
    ("cy", "Byddwn i’n dod i’r dref yn amlach pe bai bws hwyr gyda’r nos."),
    ("cy", "Mae’r bysiau gyda’r nos wedi cael eu torri ac ni allaf yrru car."),
    ("en", "A later bus home in the evening would help hospital staff who finish their shift at nine."),
    ("cy", "Dylai’r bws redeg yn hwyrach er mwyn i weithwyr yr ysbyty gyrraedd adref."),
)
LIBRARY = (
    ("en", "The library should open on Saturdays so that children can borrow books."),
    ("en", "Please keep the library open longer. I use the computers there to look for work."),
    ("en", "Our library is only open two days a week and the reading group has nowhere to meet."),
    ("en", "More books in the library, and longer opening hours after school."),
    ("en", "The library closes at four, before anyone who works can borrow a book."),
    ("en", "My daughter loves story time at the library; open it on Saturday mornings."),
    ("en", "A library with good opening hours is a warm place to read for people who live alone."),
    ("en", "Keep librarians in the library. A machine cannot help a child choose a book."),
    ("cy", "Dylai’r llyfrgell agor ar ddydd Sadwrn er mwyn i blant fenthyg llyfrau."),
    ("cy", "Mae angen oriau agor hirach yn y llyfrgell, a mwy o lyfrau Cymraeg."),
    ("cy", "Mae’r llyfrgell ar agor ddau ddiwrnod yr wythnos yn unig ac mae’r grŵp darllen wedi dod i ben."),
    ("cy", "Rwy’n defnyddio cyfrifiaduron y llyfrgell; cadwch hi ar agor yn hirach."),
    ("cy", "Mae amser stori yn y llyfrgell yn bwysig i blant bach."),
    ("cy", "Mae’r llyfrgell yn cau am bedwar, cyn i bobl orffen gwaith."),
    ("cy", "Cadwch lyfrgellwyr yn y llyfrgell i helpu plant i ddewis llyfr."),
)
PARK = (
    ("en", "The park is full of litter and dog mess. Put more bins by the gates."),
    ("en", "Swings in the park have been broken since spring and the grass is never cut."),
    ("en", "Please mend the play area in the park; the slide is rusty and unsafe."),
    ("en", "Plant trees and flowers in the park and cut the grass around the benches."),
    ("en", "The park needs lights and benches. The paths are muddy and the bins overflow."),
    ("en", "Dog owners leave mess all over the park where children play."),
    ("en", "More bins in the park, and somebody to empty the bins before the litter blows about."),
    ("en", "The playground in the park has nothing for disabled children."),
    ("cy", "Mae sbwriel a baw cŵn ym mhob man yn y parc. Mae angen mwy o finiau."),
    ("cy", "Mae’r siglenni yn y parc wedi torri ers y gwanwyn a’r glaswellt heb ei dorri."),
    ("cy", "Trwsiwch yr ardal chwarae yn y parc; mae’r llithren yn beryglus."),
    ("cy", "Plannwch goed a blodau yn y parc a rhoi meinciau newydd yno."),
    ("cy", "Mae biniau’r parc yn gorlifo ac mae’r llwybrau’n fwdlyd."),
    ("cy", "Nid oes dim byd yn y parc i blant anabl chwarae arno."),
    ("en", "Clean up the park: broken glass near the swings and litter in the pond."),
)


def write_answers(path: Path) -> int:
    """A file of answers as they came on paper; how many rows it has."""
    rows = [*BUSES, *LIBRARY, *PARK]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["form", "language", "comment"])
        writer.writerows((f"P{number}", language, text) for number, (language, text) in enumerate(rows, 1))
    return len(rows)
