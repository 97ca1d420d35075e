"""Welsh words that carry grammar rather than matter, written out by hand, folded, mutated forms included."""

from nlp.welsh.folding import fold, fold_apostrophes

_STOP_WORDS_TEXT = """
y yr 'r a ac ag 'a' â efo gyda gydag i o yn 'n 'w ym yng ar at am dan gan heb hyd er ers rhag rhwng tan tros
dros trwy drwy wrth wedi mewn ond neu na nac nag nad ni nid os pan pe ped erbyn tra thrwy oherwydd achos canys
felly fel megis mai taw sef nes cyn fewn mysg ymysg ymhlith ynghylch ynglyn ol ger tua tuag tu hwnt oddi fi fy
mi di dy ti ef efe fe fo e hi ei eu nhw hwy hwynt chi chwi eich ein 'i 'u 'ch 'th 'm innau tithau yntau hithau
ninnau chithau hwythau hun hunan hunain hwn hon hyn hwnnw honno hynny rhain rheini rheiny yma yna yno acw dyma
dyna dacw arna arnaf arnat arno arni arnom arnoch arnyn arnynt imi iti iddo iddi inni i'w ichi iddyn iddynt
ohono ohoni ohonof ohonom ohonoch ohonyn ohonynt gennyf gen gennym gennych ganddo ganddi ganddyn ganddynt
gynnon gynnoch gynno gynni ynddo ynddi ynddyn ynddynt amdano amdani amdanom amdanyn amdanynt wrtho wrthi
wrthyn wrthynt atyn atynt ato ati atom atoch mae maen maent mae'n mae'r yw ydy ydi ydw ydyn ydym ydych ydynt
dw dwi rydw rwy rwyf rwy'n wyf wyt rydym rydyn rydych sy sydd oedd roedd roeddwn roedden roeddent roeddech
oeddwn oedden oeddent bu fu buodd buom buont fuodd bydd fydd byddai fyddai byddaf byddwn fyddwn byddan byddant
fyddant byddech fyddech bod fod mod bo boed byddwch fyddwch oes does dydy dydi dyw dim ddim gwneud wneud gwna
wna gwnaeth wnaeth gwnaed wnaed wnes cael gael gallu allu gall all gallai allai gallwn allwn gellir ellir
gellid ellid dylai ddylai dylid ddylid dylem dylech dylen dylent ddylent rhaid mynd fynd dod ddod pa pwy beth
ble lle pryd sut pam faint sawl pob bob holl rhai unrhyw rhyw ryw rhywun rhywbeth pawb bawb neb popeth bopeth
arall eraill ill iawn hefyd eto dal bron hytrach rhy mor mwy fwy mwyaf fwyaf llai lai lleiaf gormod ormod
digon ddigon llawer lawer ychydig nawr rwan bellach erioed byth unig gilydd wedyn serch mwyn oni onid ai a'r
a'i a'u i'r o'r
"""
STOP_WORDS: frozenset[str] = frozenset(_STOP_WORDS_TEXT.split())
"""Folded forms; ask :func:`is_stop_word`, which knows that *môr* (sea) is not *mor* (so)."""

_ACCENT_TELLS = frozenset({"môr", "fôr", "tân", "dân", "thân", "ôl", "gân"})


def is_stop_word(word: str) -> bool:
    """Whether a Welsh word, in any spelling or case, only carries grammar."""
    return fold(word) in STOP_WORDS and fold_apostrophes(word).lower() not in _ACCENT_TELLS
