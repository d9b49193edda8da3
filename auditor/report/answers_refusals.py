"""Why a filled-in report is not read: what is wrong, what is needed, what stands there."""

from __future__ import annotations

from auditor.errors import InputError


def damaged(where: str) -> InputError:
    """The refusal for a workbook that cannot be unpacked or parsed."""
    return InputError(
        "读不出这份已填写的报告：需要完整的 .xlsx 工作簿，而此文件不完整或内部已损坏",
        "The filled-in report cannot be read: a whole .xlsx workbook is needed, and this file is incomplete or damaged inside",
        hint_zh="请用 Excel 或 WPS 打开后另存为新的 .xlsx；打不开时请向填写人重新索取。",
        hint_en="Open it in Excel or WPS and save it as a new .xlsx; if it does not open, ask for the file again.",
        where=where,
    )


def not_a_workbook(where: str) -> InputError:
    """The refusal for a file of another kind."""
    return InputError(
        "这不是 .xlsx 工作簿：需要本程序生成、填写后的 report.xlsx（或其待办表导出的 .csv），而此文件是其他格式",
        "This is no .xlsx workbook: the filled-in report.xlsx of this program (or a .csv of its to-do sheet) is needed, "
        "and this file has another format",
        hint_zh="若它存成了 .xls、.xlsb、.et 或 .ods，请在 Excel 或 WPS 中另存为 .xlsx。",
        hint_en="If it was saved as .xls, .xlsb, .et or .ods, save it as .xlsx in Excel or WPS.",
        where=where,
    )


def encrypted(where: str) -> InputError:
    """The refusal for a workbook behind a password."""
    return InputError(
        "已填写的报告设了打开密码，内容是加密的，需要未加密的文件",
        "The filled-in report is protected by a password and encrypted; a file without encryption is needed",
        hint_zh="在 Excel 中：文件 → 信息 → 保护工作簿 → 用密码进行加密，清空密码后保存。",
        hint_en="In Excel: File → Info → Protect Workbook → Encrypt with Password, clear the password, save.",
        where=where,
    )


def too_large(where: str, size: str) -> InputError:
    """The refusal for a file that holds absurdly much."""
    return InputError(
        f"文件过大，未读取：需要一份填写过的报告，而其内容（{size}）远超任何报告，像压缩炸弹",
        f"The file is too large and was not read: a filled-in report is needed, and this holds far more than any report "
        f"({size}), as a zip bomb does",
        hint_zh="如果它确实是报告，请只把待办表复制到新的工作簿，再读取该文件。",
        hint_en="If it really is a report, copy the to-do sheet alone into a new workbook and read that.",
        where=where,
    )


def no_columns(display: str) -> InputError:
    """The refusal for a workbook that holds no answer table."""
    return InputError(
        "没有找到答复列：需要含“处理人、计划完成、处理状态、接受理由、接受至”的待办表，而各工作表前 50 行都没有这些标题",
        "No answer columns were found: a to-do table with Owner, Planned for, Status, Reason to accept and Accept until is "
        "needed, and no sheet has these headings in its first 50 rows",
        hint_zh="请使用本程序生成的 report.xlsx，并保留表头；若改过标题，请改回原名。",
        hint_en="Use a report.xlsx that this program wrote and keep its headings; where they were renamed, name them back.",
        where=display,
    )
