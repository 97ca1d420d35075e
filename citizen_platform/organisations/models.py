"""Public bodies, and the principal areas of Wales by their GSS code (never by name: names repeat and change)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from citizen_platform.core.bilingual import Bilingual, bilingual, complete_when
from citizen_platform.core.database import Model, check

AREAS: dict[str, Bilingual] = {
    code: Bilingual(cy, en)
    for code, cy, en in (
        ("W06000001", "Ynys Môn", "Isle of Anglesey"),
        ("W06000002", "Gwynedd", "Gwynedd"),
        ("W06000003", "Conwy", "Conwy"),
        ("W06000004", "Sir Ddinbych", "Denbighshire"),
        ("W06000005", "Sir y Fflint", "Flintshire"),
        ("W06000006", "Wrecsam", "Wrexham"),
        ("W06000008", "Ceredigion", "Ceredigion"),
        ("W06000009", "Sir Benfro", "Pembrokeshire"),
        ("W06000010", "Sir Gaerfyrddin", "Carmarthenshire"),
        ("W06000011", "Abertawe", "Swansea"),
        ("W06000012", "Castell-nedd Port Talbot", "Neath Port Talbot"),
        ("W06000013", "Pen-y-bont ar Ogwr", "Bridgend"),
        ("W06000014", "Bro Morgannwg", "Vale of Glamorgan"),
        ("W06000015", "Caerdydd", "Cardiff"),
        ("W06000016", "Rhondda Cynon Taf", "Rhondda Cynon Taf"),
        ("W06000018", "Caerffili", "Caerphilly"),
        ("W06000019", "Blaenau Gwent", "Blaenau Gwent"),
        ("W06000020", "Torfaen", "Torfaen"),
        ("W06000021", "Sir Fynwy", "Monmouthshire"),
        ("W06000022", "Casnewydd", "Newport"),
        ("W06000023", "Powys", "Powys"),
        ("W06000024", "Merthyr Tudful", "Merthyr Tydfil"),
    )
}


class Body(Model):
    """A public body that asks and answers. ``slug`` is its name in addresses and never changes."""

    __tablename__ = "body"
    __table_args__ = (complete_when("1 = 1", "name"), check("slug = lower(slug)", "slug_in_lower_case"))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Bilingual] = bilingual("name")
    promise: Mapped[Bilingual] = bilingual("promise")
    joined_at: Mapped[datetime]
