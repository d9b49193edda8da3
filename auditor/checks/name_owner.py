"""Whether a Chinese name reads like a person's or like an organisation's."""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.checks.name_forms import HAN, full_fold, normal_name
from auditor.checks.pinyin import COMPOUND_SURNAMES

_ORGANISATION = re.compile(
    "公司|集团|企业|工厂|厂$|店$|商行|商店|经营部|服务部|门市部|工作室|事务所|合作社|中心|学校|大学|学院|中学|小学|幼儿园|医院|诊所|卫生|协会|学会|商会|联合会|"
    "基金会|委员会|研究|银行|政府|办公室|管理|[局厅署处院馆所站队社部会]$|个体工商户|工商户|代表处|教会|寺$|公证处|村委|居委|街道|合伙"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时"
    "傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫"
    "经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹"
    "束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨"
    "居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖佟岳代闫覃仝买帅牟沐苑"
)
_HAN_NAME = re.compile(f"^[{HAN}]{{2,4}}$")
_DOTTED_NAME = re.compile(f"^[{HAN}]{{1,8}}(?:·[{HAN}]{{1,10}})+$")


@lru_cache(maxsize=16384)
def looks_like_organisation(name: str) -> bool:
    """True where a Chinese name carries a word of organisations (公司, 中心, 局 …)."""
    return bool(_ORGANISATION.search(re.sub(r"\([^()]*\)", "", normal_name(name)) or normal_name(name)))


def looks_like_person(normal: str) -> bool:
    """True for a Chinese name of two to four characters that opens with a surname, or one with a middle dot."""
    if looks_like_organisation(normal):
        return False
    folded = full_fold(normal)
    if _DOTTED_NAME.match(normal):
        return True
    return bool(_HAN_NAME.match(normal)) and (folded[:1] in _SURNAMES or folded[:2] in COMPOUND_SURNAMES)


def person_against_organisation(seen: str, right: str) -> bool:
    """True where one of two canonical names is a person's and the other an organisation's."""
    return (looks_like_person(seen) and looks_like_organisation(right)) or (
        looks_like_person(right) and looks_like_organisation(seen)
    )
