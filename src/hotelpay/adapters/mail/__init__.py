"""E-mails to guests, over SMTP: templates with a few fixed placeholders, and a mailer that says what became of one."""

from __future__ import annotations

from hotelpay.adapters.mail.addresses import AddressBook, Mailbox, Recipient
from hotelpay.adapters.mail.grammar import Placeholder, Rule, TemplateFault
from hotelpay.adapters.mail.mailer import SmtpMailer
from hotelpay.adapters.mail.outcomes import MailFault, MaybeSent, NotSent, Refusal
from hotelpay.adapters.mail.server import SmtpServer, Tls
from hotelpay.adapters.mail.templates import MissingValue, Rendered, Template
from hotelpay.adapters.mail.values import Values

__all__ = [
    "AddressBook",
    "MailFault",
    "Mailbox",
    "MaybeSent",
    "MissingValue",
    "NotSent",
    "Placeholder",
    "Recipient",
    "Refusal",
    "Rendered",
    "Rule",
    "SmtpMailer",
    "SmtpServer",
    "Template",
    "TemplateFault",
    "Tls",
    "Values",
]
