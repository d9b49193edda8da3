"""What cures a finding: the table by check, with the reason for each kind of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from auditor.model.plan import WorkKind
from auditor.model.text import Text

# 6.6: what is cancelled is gone. Printed with every cancellation.
NO_WAY_BACK = Text(
    "注销不可撤回: 注销后备案号不能恢复, 只能重新备案",
    "A cancellation cannot be undone: the number is gone, and only a new filing can follow",
)


@dataclass(frozen=True, slots=True)
class Cure:
    """One thing to do about a finding.

    action: what work of the same kind it can be done together with; text: what is done; reason: why it takes this.
    blocks: an order of the entity would be returned while it is undone; registration: the entity's registered data
    change, so its order comes before those of its services and alone; refile: after the cancellation everything is
    filed anew; lead: its key in the table of lead times, for preparation; warnings: what to mind.
    """

    kind: WorkKind
    action: str
    text: Text
    reason: Text
    blocks: bool = False
    registration: bool = False
    refile: bool = False
    lead: str = "own_work"
    warnings: tuple[Text, ...] = ()


def _prepare(
    action: str, zh: str, en: str, reason: Text, *, blocks: bool = False, lead: str = "own_work"
) -> Cure:
    return Cure(WorkKind.PREPARATION, action, Text(zh, en), reason, blocks=blocks, lead=lead)


_ONLY_BOOK = Text(
    "只是台账的写法或记载, 备案本身不用变更", "Only the book is at fault; the filing itself needs no change"
)
_SIBLING = Text(
    "管局会复核主体名下已有网站, 打不开、名称不符或底部备案号有误都会使订单被退回",
    "The Administration looks at the entity's other sites again; one that is closed, misnamed or wrong at its foot has the order returned",
)
_VALID = Text(
    "提交时域名须在注册有效期内且状态正常",
    "On submission the domain must be registered and in a normal state",
)
_PAPERS = Text(
    "提交时材料须齐全且在有效期内 (最好还有三个月以上)",
    "On submission the papers must be complete and in force, best for another three months",
)
_REAL_NAME = Text(
    "提交时核对域名持有者名称、证件类型和证件号码, 须与备案主体一致; 实名信息同步后才能提交",
    "On submission the holder's name, certificate type and number are compared with the entity; real-name data must have reached the ministry first",
)
_ENTITY = Text("主体信息只能用变更主体的订单修改", "The entity's data are changed by an order for the entity")
_REGISTRATION = Text(
    "登记信息变化时先变更主体, 再变更网站",
    "Where the registered data have changed, the entity comes first and its services after",
)
_SERVICE = Text(
    "网站信息用变更互联网信息服务的订单修改, 同一备案号下的域名一并更新",
    "A service's data are changed by an order for the service, with every domain under the number",
)
_EXPIRED_ID = Text(
    "负责人证件换新后, 主体与网站两处登记都要变更",
    "After a new ID card both entries of the person, with the entity and with the site, are amended",
)
_UNDER_WAY = Text(
    "同一主体全国同时只能有一个在办订单, 审核期间不能修改",
    "An entity may have one order open nation-wide, and nothing can be edited under review",
)

CORRECT_BOOK = _prepare(
    "correct_book", "核对原件与工信部查询结果, 更正台账", "Correct the book by the originals and the ministry's query", _ONLY_BOOK
)  # fmt: skip
SETTLE_RECORD = _prepare(
    "settle_record",
    "查清以哪一条备案记录为准, 再更正台账或决定保留哪个备案号",
    "Find out which record stands, then correct the book or decide which number to keep",
    _ONLY_BOOK,
)
FIX_SITE = _prepare(
    "fix_site",
    "修复首页: 能打开、底部备案号正确并链接到工信部备案系统",
    "Mend the home page: it opens, and its foot shows the right number with the link to the ministry",
    _SIBLING,
    blocks=True,
)
RESTORE_ACCESS = _prepare(
    "restore_access",
    "恢复解析到备案接入服务商的大陆节点; 已停用的网站注销服务",
    "Point the domain at the access provider's mainland nodes again; cancel the service of a site that has ended",
    _SIBLING,
    blocks=True,
)
RENEW_DOMAIN = _prepare(
    "renew_domain", "在注册商处续费 (已过期的赎回)", "Renew the domain at the registrar, or redeem it", _VALID, blocks=True
)  # fmt: skip
REGAIN_DOMAIN = _prepare(
    "regain_domain",
    "核对域名; 确已释放的立即重新注册并实名, 无法取回的从备案中移除",
    "Check the name; register a released one again at once and verify it, or take it out of the filing",
    _VALID,
    blocks=True,
)
LIFT_STATUS = _prepare(
    "lift_status", "在注册商处解除异常状态", "Have the irregular state lifted at the registrar", _VALID, blocks=True
)  # fmt: skip
LIFT_RESTRICTION = _prepare(
    "lift_restriction",
    "向接入服务商和管局了解限制接入的原因, 整改后申请解除",
    "Ask the access provider and the Administration why access is restricted, mend it and apply for release",
    _SIBLING,
    blocks=True,
)
REPLACE_PAPER = _prepare(
    "replace_paper", "换领或补办材料, 登记到证照材料表", "Get the paper renewed or issued and list it", _PAPERS,
    blocks=True, lead="paper",
)  # fmt: skip
MEND_ORDER = _prepare(
    "mend_order",
    "处理在办订单: 催办、补正或撤回, 办结之前不提交新订单",
    "See to the order under way: chase, mend or withdraw it; submit no other until it is done",
    _UNDER_WAY,
)
CONFIRM_REGISTRANT = _prepare(
    "confirm_registrant",
    "在注册商控制台确认当前持有者, 更正台账; 确由他人持有的办理过户",
    "Confirm the present holder in the registrar's console and correct the book; where another party does hold it, have it transferred",
    _REAL_NAME,
    blocks=True,
)
MOVE_DOMAIN = _prepare(
    "move_domain",
    "改用规定后缀的域名并另行备案",
    "Move to a domain under an accepted suffix and file that",
    Text("域名不能在变更订单中更换", "No amendment can replace a domain"),
)
POLICE_FILING = _prepare(
    "police_filing",
    "到全国互联网安全管理服务平台办理或更正公安备案",
    "File with the police, or correct that filing",
    Text("公安备案与 ICP 备案分开办理", "The police filing is separate from the ICP filing"),
)
ALIGN_RENEWALS = _prepare(
    "align_renewals",
    "统一续费日期与注册商",
    "Bring renewal dates and registrars together",
    Text("不涉及备案变更", "It does not touch the filing"),
)
CHECK_ACCESS = _prepare(
    "check_access",
    "核对解析与接入服务商, 需要时补办接入备案或更新备案 IP",
    "Check where the names lead; file the access or update the filed address where needed",
    Text("同一服务商内更换 IP 以更新为宜, 经营性网站必须更新", "A new address at the same provider is best updated; a commercial site must"),
)  # fmt: skip
FOLLOW_REMEDY = _prepare(
    "follow_remedy", "按整改建议处理", "Follow the remedy given with the finding", Text("按该项检查的整改建议", "As the check itself advises")
)  # fmt: skip

TRANSFER = Cure(
    WorkKind.REAL_NAME,
    "transfer",
    Text("把域名过户给备案主体并完成实名认证", "Transfer the domain to the entity and have it verified"),
    _REAL_NAME,
)
VERIFY = Cure(
    WorkKind.REAL_NAME,
    "verify",
    Text("在注册商处完成域名实名认证", "Have the domain's holder verified at the registrar"),
    _REAL_NAME,
)
CHANGE_REGISTRAR = Cure(
    WorkKind.REAL_NAME,
    "change_registrar",
    Text(
        "把域名转入工信部批准的注册商并实名认证",
        "Move the domain to an approved registrar and verify it there",
    ),
    Text("域名须由批准的注册商管理", "The registrar must be an approved one"),
    warnings=(
        Text(
            "注册、转移或过户后 60 天内通常不能转移注册商",
            "A move is usually barred within 60 days of a registration, transfer or change of holder",
        ),
    ),
)
CHANGE_ENTITY = Cure(
    WorkKind.ENTITY, "", Text("变更主体或主体负责人信息", "Amend the entity's or its leader's data"), _ENTITY
)
CHANGE_REGISTERED = replace(
    CHANGE_ENTITY,
    text=Text("变更主体登记信息 (名称、性质、证件、地址)", "Amend the entity's registered data (name, kind, certificate, address)"),
    reason=_REGISTRATION,
    registration=True,
)  # fmt: skip
CHANGE_SERVICE = Cure(
    WorkKind.SERVICE, "", Text("变更网站或网站负责人信息", "Amend the service's or its administrator's data"), _SERVICE
)  # fmt: skip
NEW_ID_ENTITY = replace(CHANGE_ENTITY, reason=_EXPIRED_ID)
NEW_ID_SERVICE = replace(CHANGE_SERVICE, reason=_EXPIRED_ID)
FILE_ANEW = Cure(
    WorkKind.ACCESS,
    "",
    Text(
        "确认工信部确无备案后, 重新办理备案",
        "File the site again, once it is sure that the ministry has no record",
    ),
    Text("没有备案的网站不得提供服务", "A site without a record may not run"),
    warnings=(
        Text(
            "先人工查询并询问接入服务商; 已注销的备案号不能恢复",
            "Look it up by hand and ask the access provider first; a cancelled number cannot be restored",
        ),
    ),
)
CANCEL_SERVICE = Cure(
    WorkKind.CANCEL,
    "service",
    Text("确认已停用后, 注销该服务", "Cancel the service, once it is sure that it has ended"),
    Text("服务终止应注销; 空壳服务会被清理", "An ended service is cancelled; shells are cleared away"),
    warnings=(
        NO_WAY_BACK,
        Text(
            "台账可能漏列域名: 注销前先核对", "The book may merely lack the domain: check before cancelling"
        ),
    ),
)
CANCEL_ENTITY = Cure(
    WorkKind.CANCEL,
    "entity",
    Text("确认名下确无服务后, 注销主体", "Cancel the entity, once it is sure that nothing stands under it"),
    Text("没有服务的空壳主体会被注销", "An entity without services is a shell and will be cancelled"),
    warnings=(
        NO_WAY_BACK,
        Text(
            "台账可能漏列服务: 注销前先核对", "The book may merely lack the service: check before cancelling"
        ),
    ),
)
REFILE_ENTITY = Cure(
    WorkKind.CANCEL,
    "entity",
    Text("注销原主体, 以新主体重新备案 (支持的省份可办理迁移备案)",
         "Cancel the old entity and file anew as the new one (or migrate the filing where the province allows it)"),
    Text("主体证件号码不同即为另一主体, 变更订单不能修改", "Another certificate number is another entity; no amendment can change it"),
    refile=True,
    warnings=(
        NO_WAY_BACK,
        Text("先确认不是台账笔误", "Make sure first that it is no slip in the book"),
    ),
)  # fmt: skip

# The check → its cures where these do not depend on the case; what does stands in `choice`.
CURES: Mapping[str, tuple[Cure, ...]] = {
    **dict.fromkeys(("REC101", "REC102", "REC103", "REC107", "REC108", "REC109", "REC110"), (CORRECT_BOOK,)),
    **dict.fromkeys(("REC104", "REC105", "REC106", "REC115"), (SETTLE_RECORD,)),
    "REC111": (CANCEL_ENTITY,),
    "REC112": (CANCEL_SERVICE,),
    "REC113": (),
    "REC114": (POLICE_FILING,),
    "OWN201": (TRANSFER,),
    "OWN202": (REPLACE_PAPER,),
    "OWN203": (VERIFY,),
    **dict.fromkeys(("OWN204", "OWN205"), (CONFIRM_REGISTRANT,)),
    "OWN206": (VERIFY,),
    **dict.fromkeys(("DOM301", "DOM302"), (RENEW_DOMAIN,)),
    "DOM303": (REGAIN_DOMAIN,),
    "DOM304": (LIFT_STATUS,),
    **dict.fromkeys(("DOM305", "DOM309"), (MOVE_DOMAIN,)),
    "DOM306": (CHANGE_REGISTRAR,),
    "DOM307": (CORRECT_BOOK,),
    "DOM308": (CORRECT_BOOK,),
    "SYN401": (TRANSFER,),
    "SYN402": (CHANGE_ENTITY,),
    "SYN403": (CHANGE_SERVICE,),
    "SYN404": (CHANGE_ENTITY,),
    "SYN405": (CHECK_ACCESS,),
    "SYN406": (ALIGN_RENEWALS,),
    **dict.fromkeys((f"PER50{n}" for n in range(1, 10)), (CHANGE_ENTITY,)),
    "PER510": (),
    **dict.fromkeys(("DOC601", "DOC602", "DOC603"), (REPLACE_PAPER,)),
    **dict.fromkeys(("DOC604", "DOC605", "DOC607", "DOC608", "DOC610"), (REPLACE_PAPER,)),
    **dict.fromkeys(("DOC606", "DOC609"), (CORRECT_BOOK,)),
    **dict.fromkeys((f"CHG70{n}" for n in range(1, 8)), (MEND_ORDER,)),
    "CHG708": (
        _prepare(
            "bind_notification",
            "新负责人登录接入服务商控制台, 绑定通知方式",
            "The new person signs in at the access provider and binds a notification channel",
            Text("变更办结后的最后一步", "The last step after a change"),
        ),
    ),
    **dict.fromkeys(("ACC801", "ACC802"), (RESTORE_ACCESS,)),
    **dict.fromkeys(("ACC803", "ACC804"), (CHECK_ACCESS,)),
    **dict.fromkeys(("WEB901", "WEB902", "WEB903", "WEB904"), (FIX_SITE,)),
    "WEB905": (POLICE_FILING,),
    "MIT951": (FILE_ANEW,),
    "MIT952": (CHANGE_REGISTERED,),
    "MIT953": (CHANGE_REGISTERED,),
    "MIT954": (CORRECT_BOOK,),
    "MIT955": (LIFT_RESTRICTION,),
}
