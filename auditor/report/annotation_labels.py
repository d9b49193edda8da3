"""The words of annotated books and of the side files that stand in for them."""

from __future__ import annotations

from auditor.model.text import Message, Text
from auditor.report.foreign import visible
from auditor.report.wording import Wording

ANNOTATION_LABELS: dict[str, Text] = {
    "annotation_author": Text("备案审计", "ICP audit"),
    "annotation_head": Text("【备案审计 {day}】", "[ICP audit {day}]"),
    "annotation_due": Text("期限 {day}", "due {day}"),
    "annotation_undecided": Text("无法判定 · {reason}：{checks}", "Undecided · {reason}: {checks}"),
    "annotation_waived": Text("{check} 已豁免至 {day}：{message}", "{check} waived until {day}: {message}"),
    "annotation_rejected": Text("本行未纳入审计：{reason}", "This row was not audited: {reason}"),
    "annotation_more": Text("另有 {count} 项, 见审计报告", "{count} more; see the audit report"),
    "annotation_sheet": Text("审计说明", "Audit notes"),
    "annotation_title": Text("本工作簿的审计批注", "What the audit noted in this workbook"),
    "annotation_copy": Text(
        "这是副本：原文件未被改动。", "This is a copy; the original file was left as it is."
    ),
    "annotation_added": Text(
        "副本只增加了单元格底色、批注和本工作表。", "Only cell colours, notes and this sheet were added."
    ),
    "annotation_kept": Text(
        "其余内容逐字节保留, 包括公式及其已存结果。",
        "Everything else is kept byte for byte, formulas and their stored results included.",
    ),
    "annotation_book": Text("原文件", "Original file"),
    "annotation_sha256": Text("原文件 SHA-256", "SHA-256 of the original"),
    "annotation_cells_coloured": Text("着色单元格", "Cells coloured"),
    "annotation_cells_noted": Text("写入批注的单元格", "Cells with a note"),
    "annotation_rows_rejected": Text("未纳入审计的行", "Rows not audited"),
    "annotation_legend": Text("图例", "Legend"),
    "annotation_fill_severity": Text("不符合, 严重程度：{severity}", "Fails; severity: {severity}"),
    "annotation_fill_undecided": Text(
        "淡紫斜纹：无法判定, 或本行未纳入审计（不等于通过）", "Pale violet hatching: undecided, or the row was not audited (not a pass)"
    ),
    "annotation_fill_waived": Text("仅有批注、没有底色：已豁免", "A note without colour: waived"),
    "annotation_fill_worst": Text(
        "一个单元格有多项时, 底色取最严重的一项", "Where a cell has several findings the worst gives its colour"
    ),
    "annotation_remarks": Text("请注意", "Please note"),
    "annotation_list": Text("本文件的问题（点击单元格可跳转）", "Findings of this file (the cells are links)"),
    "annotation_other_cells": Text("其余位置", "Other places"),
    "annotation_list_cut": Text(
        "此处列出前 {shown} 项, 另有 {hidden} 项未列出；完整清单见审计报告。",
        "The first {shown} are listed here; {hidden} more are not. The audit report holds the complete list.",
    ),
    "annotation_notes_cut": Text(
        "批注过多会使工作簿难以打开：另有 {count} 个单元格只着色、不写批注, 内容见审计报告。",
        "More notes would make the workbook slow to open: {count} further cells are coloured but carry no note; "
        "the audit report has them.",
    ),
    "annotation_threaded": Text(
        "{count} 个单元格已有对话式批注, 无法追加文字；已着色, 内容见下表。",
        "{count} cells hold a threaded comment to which nothing can be added; they are coloured and listed below.",
    ),
    "annotation_elsewhere": Text(
        "{count} 处位置在本文件中找不到对应单元格, 未写批注。",
        "{count} places have no cell in this file and carry no note.",
    ),
    "annotation_conditional": Text(
        "本文件含条件格式, 命中时会盖住审计底色；批注不受影响。",
        "This file has conditional formatting, which covers the audit's colours where it applies; notes are not affected.",
    ),
    "annotation_structure": Text(
        "本文件的工作簿结构受保护：撤销保护后才能删除本工作表。",
        "The structure of this workbook is protected; this sheet can only be deleted once the protection is lifted.",
    ),
    "annotation_signed_macros": Text(
        "宏未被改动, 宏的签名仍在；打开副本时程序可能再次询问是否启用宏。",
        "The macros and their signature are unchanged; the program may ask again whether to enable them in the copy.",
    ),
    "sidenotes_title": Text("审计批注（未写入原表的副本）", "Audit notes (not written into a copy of the book)"),
    "sidenotes_why": Text("为何另存为本文件", "Why they stand in this file"),
    "sidenotes_lead": Text(
        "为避免得到一份受损的副本, 批注没有写进表格, 而是逐条列在“{sheet}”工作表中。原文件未被改动。",
        "So that no damaged copy is made, the notes were not written into the book; the sheet {sheet} lists them one by one. "
        "The original file was left as it is.",
    ),
    "sidenotes_sheet": Text("批注", "Notes"),
    "sidenotes_about": Text("说明", "About"),
    "sidenotes_count": Text("批注条数", "Notes listed"),
}  # fmt: skip


def phrase(words: Wording, key: str, **values: object) -> str:
    """One of these words in the reader's language; values that are texts already are not masked again."""
    text = ANNOTATION_LABELS[key]
    if not values:
        return text.in_language(words.lang)
    shown = {name: words.number(value) if isinstance(value, int) else value for name, value in values.items()}
    return visible(Message(text, shown).render(words.lang, show_pii=True))
