"""The fictional group: its entities, people, services and domains, and what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from auditor.model.identity import credit_code_check, id_number_check

AS_OF = date(2026, 11, 23)
LONG_TERM = "长期"


@dataclass(frozen=True)
class Person:
    """A responsible person. card: first and last day of the ID card; id_number: where it is not the computed one."""

    name: str
    born: date
    serial: int
    mobile: str
    emergency: str
    email: str
    card: tuple[date, date | None] = (date(2016, 5, 1), date(2036, 5, 1))
    id_number: str = ""

    @property
    def number(self) -> str:
        """The ID number as the books give it; the area is that of a Beijing district, the person is nobody."""
        body = f"110101{self.born:%Y%m%d}{self.serial:03d}"
        return self.id_number or body + id_number_check(body)


@dataclass(frozen=True)
class Site:
    """One domain. expiry: what the registry says; the book's own date is `listed_expiry` where that differs."""

    domain: str
    expiry: date
    ip: str = "198.51.100.10"
    listed_expiry: date | None = None
    listed_registrant: str = ""
    registrar: str = "阿里云"
    in_export: bool = True


@dataclass(frozen=True)
class Service:
    """One service number with its domains, as one row of a book (several domains: one cell)."""

    number: str
    name: str
    sites: tuple[Site, ...] = ()
    administrator: Person | None = None
    provider: str = "阿里云"
    filed_ip: str = ""
    police: str = ""
    cell: str = ""
    opened: date = date(2021, 3, 1)
    updated: date = date(2025, 6, 10)


@dataclass(frozen=True)
class Entity:
    """One filing entity. leader: in charge of the entity; letters: who holds a letter of authorisation until when."""

    number: str
    name: str
    kind: str
    certificate: str
    code: str
    province: str
    legal: str
    leader: Person
    services: tuple[Service, ...] = ()
    licence: str = LONG_TERM
    shareholders: str = ""
    letters: tuple[tuple[str, date], ...] = ()
    papers: tuple[str, ...] = ("screenshot", "receipt")
    address: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def code(head: str, serial: int) -> str:
    """A made-up 统一社会信用代码: office and kind, area, organisation, computed check character."""
    body = f"{head}MA9Y{serial:05d}"
    return body + credit_code_check(body)


def phone(n: int) -> str:
    """A made-up mobile number."""
    return f"138001380{n:02d}"


def desk(n: int) -> str:
    """A made-up landline."""
    return f"010-555012{n:02d}"


def person(name: str, n: int, born: date, mail: str, **other: object) -> Person:
    """A made-up person with phones of their own."""
    values: dict[str, object] = {"mobile": phone(n), "emergency": desk(n), **other}
    return Person(name, born, 100 + n, email=mail, **values)  # type: ignore[arg-type]


ZHOU = person("周示范", 1, date(1980, 3, 12), "beian@xinghe-shili.cn")
LIN = person("林样本", 2, date(1985, 7, 8), "lin@xinghe-shili.cn")
SHAO = person("邵样稿", 20, date(1987, 2, 3), "beian@xinghe-shili.cn")  # PER507: the leader's mail address
CHEN = person(
    "陈例文", 3, date(1979, 11, 2), "chen@yuehai-shili.cn", card=(date(2007, 1, 25), date(2027, 1, 25))
)  # DOC602: 63 days left
WU = person("吴试样", 4, date(1976, 2, 20), "wu@yunchuan-shili.cn", card=(date(2022, 3, 1), None))
WU_OLD = person("吴试样", 4, WU.born, WU.email, card=WU.card, mobile=phone(24), emergency=desk(24))
ZHENG = person("郑演示", 5, date(1988, 9, 30), "zheng@yunchuan-shili.cn")
FENG = person(
    "冯杜撰", 6, date(1986, 1, 15), "feng@zheli-shili.cn", card=(date(2018, 4, 2), date(2028, 4, 2))
)  # DOC606: ten years at 32
FENG_BEFORE = person(
    "冯杜撰", 6, date(1986, 1, 15), FENG.email, card=FENG.card, mobile=phone(26)
)  # SYN402, SYN404
JIANG = person(
    "蒋拟定", 7, date(1990, 12, 1), "jiang@zheli-shili.cn", card=(date(2017, 5, 1), date(2037, 5, 1))
)
HE = person(
    "何虚构",
    8,
    date(1992, 6, 18),
    "he@heshili-blog.cn",
    emergency=phone(8),
    card=(date(2018, 7, 1), date(2038, 7, 1)),
)  # PER504
SUN = person("孙假设", 9, date(1978, 10, 10), "sun@xiangjiang-shili.cn")
QIAN = person("钱模拟", 10, date(1987, 4, 4), "qian@xiangjiang-shili.cn")
CAO = person("曹试图", 21, date(1986, 9, 9), "cao#xiangjiang-shili.cn")  # PER505
QI = person("齐范例", 11, date(1974, 8, 8), "qi@shilishi-data.gov.cn", card=(date(2021, 1, 5), None))
TANG = person("唐仿真", 12, date(1989, 5, 25), "tang@shilishi-data.gov.cn", mobile="1380013801")  # PER503
LUO = person("罗试用", 13, date(1981, 1, 30), "luo@shilitushuguan.org.cn")
SONG = person("宋样张", 14, date(1986, 6, 6), "song@shilitushuguan.org.cn", id_number="110101198606061140")
HAN = person("韩备用", 15, date(1970, 3, 3), "han@zhongyuan-shili.cn", id_number="110101700303115")  # PER501
LIU = person("刘样板", 22, date(1984, 4, 14), "liu@qianshan-shili.cn")
ZHU = person("朱样品", 23, date(1985, 5, 5), "zhu@qiongya-shili.cn")
YANG = person("杨示意", 16, date(1983, 2, 14), "yang@qianshan-shili.cn")
MA = person("马演练", 17, date(1984, 12, 24), "ma@youxiang-shili.cn", mobile=phone(16))  # PER505, PER506
BAI = person(
    "白样例", 18, date(2011, 7, 1), "bai@caiyun-shili.cn", card=(date(2024, 7, 10), date(2029, 7, 10))
)
YANG_TWIN = person("杨示忆", 19, date(1983, 2, 14), "yangsy@caiyun-shili.cn", id_number=YANG.number)  # PER509

XINGHE = "星河示例集团有限公司"
YUEHAI = "粤海示例贸易有限公司"
YUNCHUAN = "云川示例科技有限公司"
ZHELI = "浙里示例网络有限公司"
XIANGJIANG = "湘江示例传媒有限公司"
DATA_OFFICE = "示例市示范数据局"
LIBRARY = "示例市示范图书馆"
ZHONGYUAN = "中原示例物流有限公司"
QIANSHAN = "黔山示例旅游有限公司"
QIANSHUI = "黔水示例旅游有限公司"
QIONGYA = "琼崖示例酒店管理有限公司"
CAIYUN = "彩云示例茶业有限公司"
NAMELESS = "内部测试站"  # the service whose row lacks the entity's name

E1 = Entity(
    "京ICP备2020990001号", XINGHE, "企业", "营业执照", code("91110101", 1), "北京", "周示范", ZHOU,
    shareholders="示例投资管理有限公司（60%）、许股东（40%）",
    letters=(("林样本", date(2027, 12, 31)), ("邵样稿", date(2027, 12, 31))),
    services=(
        Service("京ICP备2020990001号-1", "星河示例集团官网", (Site("xinghe-shili.cn", date(2027, 5, 20)),), ZHOU,
                police="京公网安备11010102999001号"),
        Service("京ICP备2020990001号-2", "星河示例品牌站",
                (Site("xinghe-shili.com", date(2027, 6, 1), "198.51.100.12"),
                 Site("xinghe-shili.net", date(2027, 6, 1), "203.0.113.12"),
                 Site("星河示例.中国", date(2027, 6, 1), "198.51.100.12")), LIN,
                filed_ip="198.51.100.12、203.0.113.12", police="京公网安备11010102999002号",
                cell="xinghe-shili.com、xinghe-shili.net\n星河示例.中国"),
        Service("京ICP备 2020990001-3号", "星河示例商城", (Site("shangcheng-shili.com.cn", date(2026, 12, 11), "198.51.100.13"),),
                LIN, police="京公网安备11010102999003号"),
        Service("京ICP备2020990001号-4", "会员中心", (Site("huiyuan-shili.cn", date(2027, 5, 20), "198.51.100.14"),), LIN,
                police="京公网安备11010102999004号", cell="https://www.huiyuan-shili.cn/login?from=home"),
        Service("京ICP备2020990001号-5", "云上展会", (Site("zhanhui-shili.cn", date(2027, 4, 18), "198.51.100.15"),), LIN,
                police="京公网安备11010102999005号"),
        Service("京ICP备2020990001号-6", "集团 ERP 门户",
                (Site("erp-shili.com", date(2027, 5, 2), "198.51.100.16", registrar="GoDaddy.com, LLC", in_export=False),), LIN,
                police="京公网安备110101029990号"),  # REC114: two digits short
        Service("京ICP备2020990001号-7", "新闻中心", (Site("xinwen-shili.com.cn", date(2027, 5, 11), "198.51.100.17"),), LIN,
                police="京公网安备11010102999007号"),
        Service("京ICP备2020990001号-8A", "星河示例 App", (), LIN),
        Service("京ICP备2020990001号-9", "招聘站", (Site("zhaopin-shili.cn", date(2027, 6, 15), "198.51.100.19",
listed_registrant="示例人力资源服务有限公司"),), SHAO, police="京公网安备11010102999009号"),
        Service("京ICP备2020990001号-10", "股东之家", (Site("gudong-shili.cn", date(2027, 5, 5), "198.51.100.20"),), LIN,
                police="京公网安备11010102999010号"),
        Service("京ICP备2020990001号-11", NAMELESS, (Site("neibu-shili.cn", date(2027, 1, 2), "198.51.100.22"),), LIN,
                police="京公网安备11010102999011号"),  # REC108
    ),
)  # fmt: skip

E2 = Entity(
    "粤ICP备2021990002号", YUEHAI, "企业", "营业执照", code("91440101", 2), "广东省", "陈例文", CHEN,
    licence="2021-03-01 至 2041-02-28", papers=("screenshot", "old receipt"),
    services=(
        Service("粤ICP备2021990002号-1", "粤海示例贸易官网", (Site("yuehai-shili.cn", date(2027, 7, 8), "203.0.113.21"),), CHEN, "腾讯云",
                police="粤公网安备44010302999021号"),
        Service("粤ICP备2021990002号-2", "Yuehai Global", (Site("yuehai-shili.com", date(2027, 7, 9), "203.0.113.22", in_export=False),),
                CHEN, "腾讯云", police="粤公网安备44010302999022号"),
        Service("粤ICP备2021990002号-3", "贸易撮合平台",
                (Site("maoyi-shili.cn", date(2026, 11, 10), "203.0.113.23", listed_expiry=date(2027, 11, 10)),), CHEN, "腾讯云",
                police="粤公网安备44010302999023号"),
        Service("粤ICP备2021990002号-4", "跨境独立站", (Site("kuajing-shili.top", date(2027, 8, 1), "203.0.113.24", in_export=False),),
                CHEN, "示例机房", police="粤公网安备44010302999024号"),
        Service("粤ICP备2021990002号-5", "报关助手", (Site("baoguan-shili.com.cn", date(2027, 7, 20), "203.0.113.25"),), CHEN, "腾讯云",
                police="粤公网安备44010302999025号"),
        Service("粤ICP备2021990002号-6", "仓储系统", (Site("cangchu-shili.cn", date(2027, 7, 22), "203.0.113.26"),), CHEN, "腾讯云",
                police="粤公网安备44010302999026号"),
    ),
)  # fmt: skip

E3 = Entity(
    "川ICP备2022990003号", YUNCHUAN, "企业", "营业执照", code("91510104", 3), "四川", "吴试样", ZHENG,
    letters=(("郑演示", date(2026, 6, 30)),),  # DOC601 and DOC605
    services=(
        Service("川ICP备2022990003号-1", "云川示例科技", (Site("yunchuan-shili.cn", date(2027, 3, 30), "198.51.100.31"),), WU,
                police="川公网安备51010402999031号"),
        Service("川ICP备2022990003号-2", "云川开放平台", (Site("kaifang-shili.cn", date(2027, 4, 2), "198.51.100.32"),), WU,
                police="川公网安备51010402999032号"),
        Service("川ICP备2022990003号-3", "茶云", (Site("chayun-shili.cn", date(2027, 4, 9), "198.51.100.33", in_export=False),), WU,
                police="川公网安备51010402999033号"),
        Service("川ICP备2022990003号-4", "短讯通", (Site("duanxun-shili.cn", date(2027, 4, 10), "198.51.100.34", in_export=False),), WU,
                police="川公网安备51010402999034号"),
        Service("川ICP备2022990003号-5X", "云川小程序", (), WU),
        Service("川ICP备2022990003号-6", "实验室", (Site("shiyan-shili.so", date(2027, 4, 12), "198.51.100.36", in_export=False),), WU,
                police="川公网安备51010402999036号"),
        Service("川ICP备2022990003号-7", "文档站", (Site("wendang-shili.cn", date(2027, 2, 10), "198.51.100.37"),), WU,
                police="川公网安备51010402999037号"),
    ),
)  # fmt: skip

E4 = Entity(
    "浙ICP备2019990004号", ZHELI, "企业", "营业执照", code("91330106", 4), "浙江", "许设想", FENG,
    letters=(("冯杜撰", date(2028, 6, 30)), ("蒋拟定", date(2028, 6, 30))),
    services=(
        Service("浙ICP备2019990004号-1", "浙里示例网", (Site("zheli-shili.cn", date(2027, 8, 15), "198.51.100.41"),), JIANG,
                police="浙公网安备33010602999041号", updated=date(2026, 9, 1)),
        Service("浙ICP备2021990404号-2", "浙里示例英文站", (Site("zheli-shili.com", date(2027, 8, 16), "198.51.100.42"),), JIANG,
                police="浙公网安备33010602999042号", updated=date(2026, 9, 1)),  # REC103
        Service("浙ICP备2019990004号-3", "客服系统", (Site("kefu-shili.cn", date(2027, 8, 17), "198.51.100.43"),), JIANG,
                police="浙公网安备33010602999043号", updated=date(2024, 3, 1)),
        Service("浙ICP备2019990004号-4", "直播间", (Site("zhibo-shili.cn", date(2027, 8, 18), "198.51.100.44"),), JIANG,
                police="浙公网安备33010602999044号", updated=date(2026, 9, 1)),
    ),
)  # fmt: skip

E5 = Entity(
    "沪ICP备2023990005号", "何虚构", "个人", "居民身份证", HE.number, "上海", "", HE, licence="", papers=("screenshot", "receipt"),
    services=(
        Service("沪ICP备2023990005号-1", "虚构的博客", (Site("heshili-blog.cn", date(2027, 9, 1), "198.51.100.51"),), HE,
                police="沪公网安备31010102999051号"),
        Service("沪ICP备2023990005号-2", "虚构的相册", (Site("heshili-photo.vip", date(2027, 9, 2), "198.51.100.52"),), HE,
                police="沪公网安备31010102999052号"),
    ),
)  # fmt: skip

E6 = Entity(
    "湘ICP备2020990006号", XIANGJIANG, "企业", "营业执照", code("91430102", 6), "湖南", "孙假设", SUN,
    letters=(("钱模拟", date(2026, 12, 20)), ("曹试图", date(2028, 1, 31))),  # DOC602, DOC603 address="湖南省示例市示范路 6 号",
    services=(
        Service("湘ICP备2020990006号-1", "湘江示例传媒", (Site("xiangjiang-shili.cn", date(2027, 10, 1), "198.51.100.61"),), QIAN,
                police="湘公网安备43010202999061号"),
        Service("湘ICP备2020990006号-2", "湘江影像", (Site("xiangjiang-shili.com", date(2027, 10, 2), "198.51.100.62", in_export=False),),
                QIAN, police="湘公网安备43010202999062号"),
        Service("湘ICP备2020990006号-3", "湘江直播（已停）", (), QIAN, police="湘公网安备43010202999063号"),  # REC112
        Service("湘ICP备2020990006号-4", "传媒学院", (Site("chuanmei-shili.cn", date(2027, 10, 3), "198.51.100.64"),), QIAN, "示例机房",
                police="湘公网安备43010202999064号"),
        Service("湘ICP备2020990006号-5", "素材库", (Site("sucai-shili.cn", date(2027, 10, 4), "198.51.100.65"),), CAO,
                police="湘公网安备43010202999065号", filed_ip="198.51.100.165"),  # ACC804
        Service("湘ICP备2020990006号-6", "卓越课堂", (Site("zhuoyue-shili.cn", date(2027, 10, 5), "198.51.100.66", in_export=False),), QIAN,
                police="湘公网安备43010202999066号"),
    ),
)  # fmt: skip

E7 = Entity(
    "鲁ICP备2021990007号", DATA_OFFICE, "政府机关", "统一社会信用代码证书", code("11370100", 7), "山东", "齐范例", QI,
    letters=(("唐仿真", date(2027, 9, 30)),),
    services=(
        Service("鲁ICP备2021990007号-1", "示例市数据开放平台", (Site("shilishi-data.gov.cn", date(2027, 5, 1), "203.0.113.71", in_export=False),),
                QI, "腾讯云", police="鲁公网安备37010202999071号"),
        Service("鲁ICP备2021990007号-2", "便民服务", (Site("shilishi-fuwu.com", date(2027, 5, 3), "203.0.113.72"),), TANG, "腾讯云",
                police="鲁公网安备37010202999072号"),
        Service("鲁ICP备2021990007号-3", "政务大厅", (Site("示例大厅.政务", date(2027, 5, 4), "203.0.113.73", in_export=False),), QI, "腾讯云",
                police="鲁公网安备37010202999073号"),
    ),
)  # fmt: skip

E8 = Entity(
    "苏ICP备2022990008号", LIBRARY, "事业单位", "营业执照", code("12320100", 8), "江苏", "罗试用", LUO,  # REC110
    letters=(("宋样张", date(2027, 6, 30)),), address="江苏省示例市书香路 8 号",
    services=(
        Service("苏ICP备2022990008号-1", "示例市示范图书馆", (Site("shilitushuguan.org.cn", date(2027, 6, 20), "203.0.113.81"),), LUO,
                "腾讯云", police="苏公网安备32010202999081号"),
        Service("苏ICP备2022990008号-2", "数字阅读", (Site("yuedu-shili.cn", date(2027, 6, 21), "203.0.113.82", in_export=False),), SONG,
                "腾讯云", police="苏公网安备32010202999082号"),
        Service("苏ICP备2022990008号-3", "馆藏检索", (Site("guancang-shili.cn", date(2027, 6, 22), "198.51.100.83"),), LUO, "腾讯云",
                filed_ip="198.51.100.83", police="苏公网安备32010202999083号"),  # ACC802
    ),
)  # fmt: skip

E9 = Entity(
    "豫ICP备2018990009号", ZHONGYUAN, "企业", "营业执照", code("91410100", 9), "河南", "韩备用", HAN,
    address="河南省示例市物流园 9 号",
)  # fmt: skip

E10 = Entity(
    "蜀ICP备18990010号", YUNCHUAN, "企业", "营业执照", E3.code, "四川", "吴试样", WU_OLD, address="四川省示例市云川街 10 号",
    services=(
        Service("蜀ICP备18990010号-1", "旧官网", (Site("jiuzhan-shili.cn", date(2027, 3, 3), "198.51.100.101", in_export=False),), WU_OLD,
                police="川公网安备51010402999101号"),
    ),
)  # fmt: skip

E11 = Entity(
    "黔ICP备2020990011号", QIANSHAN, "企业", "营业执照", code("91520100", 11), "贵州", "杨示意", YANG, letters=(("刘样板", date(2027, 8, 31)),),
    services=(
        Service("黔ICP备2020990011号-1", "黔山示例旅游", (Site("qianshan-shili.cn", date(2027, 7, 1), "203.0.113.111"),), LIU, "腾讯云",
                police="贵公网安备52010202999111号"),
        Service("黔ICP备2020990011号-2", "云上展会", (Site("zhanhui-shili.cn", date(2027, 4, 18), "198.51.100.15"),), LIU, "阿里云",
                police="贵公网安备52010202999112号"),
        Service("黔ICP备2020990011号-3", "黔水漂流", (Site("qianshui-shili.cn", date(2027, 7, 3), "203.0.113.113"),), LIU, "腾讯云",
                police="贵公网安备52010202999113号"),
        Service("黔ICP备2020990011号-4", "订票", (Site("dingpiao-shili.cn", date(2027, 7, 4), "203.0.113.114"),), LIU, "腾讯云"),  # REC114: none for years
    ),
)  # fmt: skip

E12 = Entity(
    "琼ICP备2021990012号", QIONGYA, "企业", "营业执照", "91460100MA9Y00012X", "广东", "马演练", MA, letters=(("朱样品", date(2027, 8, 31)),),  # REC109, REC104
    services=(
        Service("琼ICP备2021990012号-1", "琼崖示例酒店", (Site("qiongya-shili.cn", date(2027, 6, 6), "203.0.113.121"),), ZHU, "腾讯云",
                police="琼公网安备46010202999121号"),
        Service("琼ICP备2021990012号-2", "住客助手", (Site("zhuke-shili.app", date(2027, 6, 7), "203.0.113.122", in_export=False),), ZHU, "腾讯云",
                police="琼公网安备46010202999122号"),
    ),
)  # fmt: skip

E13 = Entity(
    "滇ICP备2021990013号", CAIYUN, "企业", "营业执照", code("91530100", 13), "云南", "白样例", BAI, papers=(),
    services=(
        Service("滇ICP备2021990013号-1", "彩云示例茶业", (Site("caiyun-shili.cn", date(2027, 5, 25), "203.0.113.131"),), YANG_TWIN, "腾讯云",
                police="云公网安备53010202999131号"),
        Service("滇ICP备202199号-2", "茶山直播", (Site("chashan-shili.cn", date(2027, 5, 26), "203.0.113.132"),), YANG_TWIN, "腾讯云",
                police="云公网安备53010202999132号"),  # REC101
    ),
)  # fmt: skip

FLAT = (E1, E2, E3, E4, E5, E7)
SHEETS = (E6, E8, E9, E10)
BRANCH = (E11, E12, E13)
ENTITIES = (E1, E2, E3, E4, E5, E6, E7, E8, E9, E10, E11, E12, E13)


def sites() -> list[tuple[Entity, Service, Site]]:
    """Every domain once, with the service and entity that it first stands under."""
    found: dict[str, tuple[Entity, Service, Site]] = {}
    for entity in ENTITIES:
        for service in entity.services:
            for site in service.sites:
                found.setdefault(site.domain, (entity, service, site))
    return list(found.values())
