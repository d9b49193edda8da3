"""Who hears of an audit, when, and with what: mails, notes in chats, bad news."""
