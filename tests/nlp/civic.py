"""A small consultation in two languages, written for these tests: eight matters, no text a translation of another."""

CIVIC: dict[str, dict[str, list[str]]] = {
    "buses": {
        "cy": [
            "Mae angen mwy o fysiau gyda'r nos o'r pentref i'r dref.",
            "Dydy'r bws byth yn cyrraedd ar amser yn y bore.",
            "Does dim bws o gwbl ar ddydd Sul yma.",
            "Mae'r amserlen yn ddryslyd a'r gyrwyr yn methu'r arosfan.",
            "Trafnidiaeth gyhoeddus wael sydd yn ein hardal wledig.",
            "Hoffwn weld bws bob awr i'r ysbyty.",
        ],
        "en": [
            "The last bus leaves at half past five, so nobody can work late.",
            "We waited forty minutes at the bus stop and two buses never came.",
            "Bring back the Sunday bus service to the villages.",
            "Public transport here is unreliable and the timetable changes every month.",
            "Bus fares are too expensive for young people.",
            "Please run a direct bus to the railway station.",
            "There is no shelter at the bus stop when it rains.",
            "More frequent buses would mean fewer cars in town.",
        ],
    },
    "flooding": {
        "cy": [
            "Mae'r afon yn gorlifo bob gaeaf ac mae'r llifogydd yn dod i'r tai.",
            "Rydym yn ofni'r llifogydd bob tro y daw glaw trwm.",
            "Rhaid clirio'r draeniau cyn y storm nesaf.",
            "Mae angen wal i amddiffyn y pentref rhag llifogydd.",
            "Cafodd ein cartref ei ddifrodi gan ddŵr o'r afon.",
            "Doedd dim rhybudd cyn y llifogydd diwethaf.",
        ],
        "en": [
            "Our street floods whenever the river rises after heavy rain.",
            "The drains are blocked and water comes into the gardens.",
            "We need proper flood defences along the river bank.",
            "Flood warnings arrived after the water was already in the house.",
            "Insurance is impossible since the last flood.",
            "Clear the culvert before the winter storms.",
            "Sandbags are not enough when the river bursts its banks.",
            "Stop building on the flood plain.",
        ],
    },
    "litter": {
        "cy": [
            "Mae sbwriel ym mhobman ar ôl y penwythnos.",
            "Does dim digon o finiau yn y parc.",
            "Mae baw cŵn ar y palmant bob bore.",
            "Dylai'r cyngor gasglu'r gwastraff bob wythnos.",
            "Mae pobl yn tipio'n anghyfreithlon ger y goedwig.",
            "Mae angen mwy o ailgylchu ar y stryd fawr.",
        ],
        "en": [
            "The bins overflow and rubbish blows down the street.",
            "Dog mess on the pavement is disgusting.",
            "Fly-tipping in the lane has become a real nuisance.",
            "Recycling should be collected every week.",
            "Put more litter bins by the takeaway.",
            "Fine people who drop litter from their cars.",
            "The beach is covered in plastic waste after weekends.",
            "Bin bags are left out for days and torn open by gulls.",
        ],
    },
    "doctors": {
        "cy": [
            "Mae'n amhosibl cael apwyntiad gyda'r meddyg teulu.",
            "Mae'r rhestr aros am yr ysbyty yn rhy hir.",
            "Arhosodd fy mam ddeg awr am ambiwlans.",
            "Does dim deintydd y GIG yn y dref bellach.",
            "Dylai'r feddygfa agor ar ddydd Sadwrn.",
            "Mae angen mwy o nyrsys a meddygon yma.",
        ],
        "en": [
            "I cannot get a doctor's appointment for three weeks.",
            "There is no NHS dentist taking new patients.",
            "My father waited nine hours for an ambulance.",
            "The surgery never answers the phone in the morning.",
            "Mental health support has a waiting list of a year.",
            "We need more nurses at the hospital.",
            "Closing the minor injuries clinic was a mistake.",
            "The pharmacy is always out of my medicine.",
        ],
    },
    "housing": {
        "cy": [
            "Mae tai yn rhy ddrud i bobl ifanc leol.",
            "Gormod o ail gartrefi a thai haf sydd yn y pentref.",
            "Mae angen mwy o dai fforddiadwy.",
            "Mae'r rhent yn codi bob blwyddyn.",
            "Dylid defnyddio tai gwag yn lle adeiladu rhai newydd.",
            "Mae fy mhlant yn methu prynu cartref yma.",
        ],
        "en": [
            "Young families cannot afford a house in their own village.",
            "Second homes stand empty all winter.",
            "Build more council houses with fair rent.",
            "Landlords raise the rent every year and repair nothing.",
            "There are too many holiday lets and not enough homes.",
            "Affordable housing should come before executive estates.",
            "Bring empty properties back into use.",
            "Homeless people need somewhere to live this winter.",
        ],
    },
    "schools": {
        "cy": [
            "Peidiwch â chau'r ysgol gynradd yn y pentref.",
            "Mae'r dosbarthiadau yn rhy fawr i'r athrawon.",
            "Mae angen ysgol uwchradd newydd i'r disgyblion.",
            "Dylai pob plentyn gael gwersi cerddoriaeth.",
            "Mae gofal plant a meithrin yn brin iawn.",
            "Mae addysg y plant yn dioddef oherwydd toriadau.",
        ],
        "en": [
            "Keep the primary school open for the children.",
            "Class sizes are too big and teachers are exhausted.",
            "The secondary school needs a new science block.",
            "Pupils should learn to swim at school.",
            "More help for children with additional learning needs.",
            "Nursery places are impossible to find.",
            "Parents should have a say in how the school is run.",
            "Teachers spend their own money on classroom books.",
        ],
    },
    "roads": {
        "cy": [
            "Mae tyllau yn y ffordd ym mhob man.",
            "Mae ceir yn goryrru heibio'r neuadd.",
            "Does unman i barcio ger y siopau.",
            "Mae angen croesfan ddiogel ar y ffordd fawr.",
            "Dylid trwsio wyneb yr heol cyn y gaeaf.",
            "Mae'r traffig yn ofnadwy ar y gylchfan.",
        ],
        "en": [
            "Potholes on the main road have wrecked my tyres.",
            "Cars speed through the village at sixty.",
            "Parking in town is expensive and there are no spaces.",
            "The junction needs traffic lights before someone is killed.",
            "Resurface the road instead of patching it.",
            "Lorries should be sent round the bypass.",
            "We need a zebra crossing by the shops.",
            "Traffic queues back to the roundabout every evening.",
        ],
    },
    "welsh": {
        "cy": [
            "Dylai fod mwy o gyfle i siarad Cymraeg yn y siopau.",
            "Mae'r iaith Gymraeg yn bwysig i'n diwylliant.",
            "Hoffwn weld arwyddion dwyieithog ym mhob man.",
            "Mae angen gwersi Cymraeg am ddim i oedolion.",
            "Rwyf am gael gwasanaeth yn Gymraeg gan y cyngor.",
            "Rhaid cadw enwau lleoedd Cymraeg.",
        ],
        "en": [
            "I would like free Welsh language lessons for adults.",
            "Signs should always be in Welsh and English.",
            "The council should answer letters in Welsh.",
            "Protect Welsh place names from being changed.",
            "The Welsh language is at the heart of our culture.",
            "My grandchildren have nowhere to speak Welsh outside class.",
            "Bilingual staff would help older Welsh speakers.",
            "Translate the website properly into Welsh.",
        ],
    },
}


def rows() -> list[dict[str, str]]:
    """The statements, matters and languages interleaved: id, text, language, matter."""
    found = [
        {"id": f"{matter}-{language}-{number}", "text": text, "language": language, "matter": matter}
        for matter, by_language in CIVIC.items()
        for language, texts in by_language.items()
        for number, text in enumerate(texts)
    ]
    return sorted(found, key=lambda row: (row["id"][-1], row["id"]))
