"""Narrow fields of ISCED-F 2013, by their codes."""

from app.core.i18n import Bilingual

NARROW_FIELDS = {
    "000": Bilingual(
        "Chương trình chung, chưa xác định", "Generic programmes, not further defined"
    ),
    "001": Bilingual("Chương trình cơ bản", "Basic programmes and qualifications"),
    "002": Bilingual("Đọc, viết và tính toán", "Literacy and numeracy"),
    "003": Bilingual("Kỹ năng cá nhân và phát triển bản thân", "Personal skills and development"),
    "011": Bilingual("Giáo dục, đào tạo giáo viên", "Education"),
    "021": Bilingual("Nghệ thuật", "Arts"),
    "022": Bilingual("Nhân văn (trừ ngôn ngữ)", "Humanities (except languages)"),
    "023": Bilingual("Ngôn ngữ", "Languages"),
    "031": Bilingual("Khoa học xã hội và hành vi", "Social and behavioural sciences"),
    "032": Bilingual("Báo chí và thông tin", "Journalism and information"),
    "041": Bilingual("Kinh doanh và quản lý", "Business and administration"),
    "042": Bilingual("Pháp luật", "Law"),
    "051": Bilingual("Khoa học sinh học", "Biological and related sciences"),
    "052": Bilingual("Môi trường", "Environment"),
    "053": Bilingual("Khoa học vật lý", "Physical sciences"),
    "054": Bilingual("Toán và thống kê", "Mathematics and statistics"),
    "061": Bilingual(
        "Công nghệ thông tin và truyền thông", "Information and communication technologies"
    ),
    "071": Bilingual("Kỹ thuật", "Engineering and engineering trades"),
    "072": Bilingual("Sản xuất và chế biến", "Manufacturing and processing"),
    "073": Bilingual("Kiến trúc và xây dựng", "Architecture and construction"),
    "081": Bilingual("Nông nghiệp", "Agriculture"),
    "082": Bilingual("Lâm nghiệp", "Forestry"),
    "083": Bilingual("Thủy sản", "Fisheries"),
    "084": Bilingual("Thú y", "Veterinary"),
    "091": Bilingual("Sức khỏe", "Health"),
    "092": Bilingual("Phúc lợi xã hội", "Welfare"),
    "101": Bilingual("Dịch vụ cá nhân", "Personal services"),
    "102": Bilingual("Vệ sinh và an toàn lao động", "Hygiene and occupational health services"),
    "103": Bilingual("Dịch vụ an ninh, an toàn", "Security services"),
    "104": Bilingual("Dịch vụ vận tải", "Transport services"),
}
