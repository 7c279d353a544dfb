"""Organisations that wait to be let in, and somebody who is invited."""

from sqlalchemy import select

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import RoleGrant
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.core.i18n import Bilingual
from app.places.models import AdminUnit, UnitLevel
from app.providers.applying import deciding, operations
from app.providers.applying.documents import Upload
from app.providers.applying.operations import ApplicationFields
from app.providers.inviting.operations import invite
from app.providers.models import Application, ProviderType, StaffMember

_PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n"
)
_QUESTION = "Giấy phép còn hạn đến khi nào? Xin gửi bản chụp trang có dấu."
_APPLICATIONS = (
    ("maihoa@demo.example", "Trung tâm Ngoại ngữ Mai Hoa", "Mai Hoa Language Centre",
     "language-it-centre", "Lê Thị Mai Hoa", "Dạy tiếng Anh, tiếng Hàn buổi tối cho người đi làm."),
    ("baotang@demo.example", "Bảo tàng Áo dài", "Ao Dai Museum",
     "museum", "Trần Quốc Bảo", "Tham quan có hướng dẫn và lớp may áo dài cuối tuần."),
    ("hoinongdan@demo.example", "Hội Nông dân Bình Mỹ", "",
     "association", "Nguyễn Văn Tư", "Lớp trồng rau sạch và nuôi tôm cho nông dân."),
)  # fmt: skip


def receive_applications() -> None:
    """Three applications, one of them with a question, and an invitation nobody has answered."""
    kinds = {kind.code: kind.id for kind in db.session.scalars(select(ProviderType))}
    wards = list(
        db.session.scalars(
            select(AdminUnit)
            .where(AdminUnit.level == UnitLevel.COMMUNE, AdminUnit.valid_to.is_(None))
            .order_by(AdminUnit.code)
            .limit(len(_APPLICATIONS))
        )
    )
    by_id = db.session.scalars(
        select(RoleGrant.account_id).where(RoleGrant.city_role == CityRole.ADMINISTRATOR)
    ).first()
    sent = []
    for (mail, name_vi, name_en, kind, person, about), ward in zip(
        _APPLICATIONS, [each.id for each in wards], strict=True
    ):
        draft = operations.begin_another(mail, "vi")
        operations.add_documents(draft.id, [Upload("Giấy phép.pdf", _PAPER)])
        fields = ApplicationFields(
            type_id=kinds[kind], name=Bilingual(name_vi, name_en), unit_id=ward,
            address="12 Nguyễn Trãi", contact_name=person, phone=None, email=mail,
            licence_no="", about=about,
        )  # fmt: skip
        sent.append(operations.send(draft.id, fields, draft.version))
    last = db.session.get_one(Application, sent[-1])
    deciding.ask_back(last.id, _QUESTION, last.version, by_id or 0)
    owner = db.session.scalars(
        select(StaffMember).where(StaffMember.role == ProviderRole.OWNER).order_by(StaffMember.id)
    ).first()
    if owner is not None:
        colleague = Contact(ContactKind.EMAIL, "cohoa@demo.example")
        invite(owner.provider_id, colleague, ProviderRole.TEACHER, owner.account_id, language="vi")
