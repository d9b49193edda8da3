"""What in a book would suffer from a change: told beforehand, so that no damaged copy is ever made."""

from __future__ import annotations

from auditor.model.text import Message, Text, say
from auditor.report.ooxml_package import Package, spoken
from auditor.report.ooxml_xml import UnfitBookError, refuse_odd_encoding, tree

_STRICT = "http://purl.oclc.org/ooxml/"

_SIGNED = Text(
    "工作簿带有数字签名, 任何改动都会使签名失效",
    "The workbook is digitally signed, and any change would break the signature",
)
_STRICT_FORM = Text(
    "工作簿是“Strict Open XML”格式, 本程序只在通用格式的工作簿里写批注",
    "The workbook is in the Strict Open XML form; notes are only written into the usual one",
)
_SHARED = Text(
    "工作簿处于旧式共享状态并带有修订记录, 记录之外的改动会与之矛盾",
    "The workbook is shared in the old way and keeps a revision log, which a change from outside would contradict",
)
_NO_CELLS = Text("工作簿里没有普通工作表", "The workbook holds no ordinary sheet")


def hindrances(package: Package) -> tuple[Message, ...]:
    """Why nothing can be written into a book without harm; empty for most books.

    Charts, pictures, pivot tables, macros, controls, external links, custom XML and sparklines are none: the parts
    that hold them are carried over as they are.
    """
    found: list[Message] = []
    names = package.parts()
    if any(name.startswith("_xmlsignatures/") for name in names) or any(
        one.kind == "origin" and "signature" in one.target for one in package.relations("")
    ):
        found.append(Message(_SIGNED))
    try:
        workbook = package.read(package.workbook)
        refuse_odd_encoding(workbook, package.workbook)
        if _STRICT.encode() in workbook[: tree(workbook, package.workbook).inner]:
            found.append(Message(_STRICT_FORM))
        related = package.relations(package.workbook)
        if any(one.kind in {"revisionHeaders", "usernames"} for one in related):
            found.append(Message(_SHARED))
        if not any(one.kind == "worksheet" for one in package.sheets()):
            found.append(Message(_NO_CELLS))
    except UnfitBookError as problem:
        found.append(spoken(problem.why))
    return tuple(found)


def carried_over(package: Package) -> tuple[Message, ...]:
    """What a book holds beside its cells that the copy keeps as it is, by kind and count."""
    names = package.parts()
    kinds = []
    for text, pieces in _CARRIED:
        count = sum(1 for name in names if any(piece in name for piece in pieces) and "_rels/" not in name)
        if count:
            kinds.append(
                Message(Text("{what} {count} 个", "{what}: {count}"), {"what": text, "count": count})
            )
    if not kinds:
        return ()
    return (say("原样保留：{kinds}", "Kept as they are: {kinds}", kinds=kinds),)


_CARRIED: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("图片", "pictures"), ("xl/media/",)),
    (
        Text("图表", "charts"),
        ("xl/charts/chart", "xl/chartsheets/sheet", "xl/charts/chartex", "xl/extendedcharts/"),
    ),
    (Text("数据透视表", "pivot tables"), ("xl/pivottables/pivottable",)),
    (Text("切片器", "slicers"), ("xl/slicers/", "xl/timelines/")),
    (Text("外部链接", "external links"), ("xl/externallinks/externallink",)),
    (Text("嵌入对象", "embedded objects"), ("xl/embeddings/",)),
    (Text("控件", "controls"), ("xl/ctrlprops/", "xl/activex/activex")),
    (Text("数据连接", "data connections"), ("xl/connections.xml", "xl/querytables/")),
    (Text("宏工程", "macro projects"), ("vbaproject.bin",)),
    (Text("自定义 XML", "custom XML parts"), ("customxml/item",)),
)
