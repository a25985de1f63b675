"""Customers: the merchant, customers, their bill groups and contacts, and the timeline of what happens."""

from __future__ import annotations

from shared.contracts.base import (
    ALL_EVENTS,
    Change,
    Contract,
    ErrorCode,
    EventType,
    Hears,
    Method,
    OfBillGroup,
    Request,
)
from shared.contracts.customer_access import (
    DefaultAccessPreview,
    DefaultAccessSet,
    PreviewDefaultAccess,
    SetAccess,
    SetDefaultAccess,
)
from shared.contracts.customer_bill_groups import (
    BillGroup,
    BillGroupPage,
    ChangeBillGroup,
    ChangeContact,
    ChangeNumbers,
    ChangePreferences,
    CreateBillGroup,
    FindBillGroups,
    RemoveShippingContact,
)
from shared.contracts.customer_emails import (
    ConfirmEmail,
    EmailChangeLink,
    EmailChangeRequested,
    EmailChangeWithdrawn,
    EmailConfirmed,
    GetEmailChange,
    ResendEmailChange,
    WithdrawEmailChange,
)
from shared.contracts.customer_events import (
    BillGroupChanged,
    BillGroupCreated,
    ContactChanged,
    CustomerAccessChanged,
    CustomerChanged,
    CustomerCreated,
    MerchantChanged,
    NoteAdded,
    NumbersChanged,
    PreferencesChanged,
)
from shared.contracts.customer_imports import (
    BeginImport,
    GetImport,
    ImportFinished,
    ImportJob,
    ImportJobs,
    ImportPart,
    ImportReport,
    ImportStarted,
    ImportStopped,
    ListImportReport,
    ListImports,
    PutImportPart,
    StopImport,
)
from shared.contracts.customer_logo import GetLogo, LogoPicture, MerchantLogo, SetLogo
from shared.contracts.customer_people import (
    ChangeCustomer,
    CreateCustomer,
    Customer,
    CustomerPage,
    FindCustomers,
    FindSignIns,
    GetCustomer,
    ImportCustomer,
    ImportedCustomer,
    SignIns,
)
from shared.contracts.customer_texts import (
    GetTexts,
    ImportText,
    OwnText,
    OwnTexts,
    PreviewedText,
    PreviewText,
    SetText,
    TextChanged,
    WrittenTexts,
)
from shared.contracts.customer_timeline import (
    AddNote,
    FindSubject,
    ListCustomerTimeline,
    ListInstallationTimeline,
    ListTimeline,
    Note,
    Subjects,
    Timeline,
)
from shared.contracts.customer_words import (
    MerchantReply,
    SetCompany,
    SetDocuments,
    SetMerchant,
    SetPortal,
)
from shared.kernel.errors import Kind

# After these a customer may be found by other words, or be listed in another place.
LISTED = tuple(
    f"customers.{event}"
    for event in (
        "customer_created",
        "customer_changed",
        "customer_access_changed",
        "bill_group_created",
        "contact_changed",
        "contact_removed",
        "numbers_changed",
    )
)

contract = Contract.of(
    "customers",
    methods=[
        Method("get_merchant", Request, MerchantReply),
        Method("set_merchant", SetMerchant, MerchantReply),
        Method("set_company", SetCompany, MerchantReply),
        Method("set_portal", SetPortal, MerchantReply),
        Method("set_documents", SetDocuments, MerchantReply),
        Method("preview_default_access", PreviewDefaultAccess, DefaultAccessPreview),
        Method("set_default_access", SetDefaultAccess, DefaultAccessSet),
        Method("set_access", SetAccess, MerchantReply),
        Method("set_logo", SetLogo, MerchantLogo),
        Method("remove_logo", Change, MerchantLogo),
        Method("get_logo", GetLogo, LogoPicture),
        Method("list_texts", Request, OwnTexts),
        Method("get_texts", GetTexts, WrittenTexts),
        Method("set_text", SetText, OwnText),
        Method("import_text", ImportText, OwnText),
        Method("preview_text", PreviewText, PreviewedText),
        Method("find_sign_ins", FindSignIns, SignIns),
        Method("find_customers", FindCustomers, CustomerPage),
        Method("get_customer", GetCustomer, Customer),
        Method("create_customer", CreateCustomer, Customer),
        Method("change_customer", ChangeCustomer, Customer),
        Method("import_customer", ImportCustomer, ImportedCustomer),
        Method("put_import_part", PutImportPart, ImportPart),
        Method("begin_import", BeginImport, ImportJob),
        Method("stop_import", StopImport, ImportJob),
        Method("get_import", GetImport, ImportJob),
        Method("list_imports", ListImports, ImportJobs),
        Method("list_import_report", ListImportReport, ImportReport),
        Method("find_bill_groups", FindBillGroups, BillGroupPage),
        Method("get_bill_group", OfBillGroup, BillGroup),
        Method("create_bill_group", CreateBillGroup, BillGroup),
        Method("change_bill_group", ChangeBillGroup, BillGroup),
        Method("change_contact", ChangeContact, BillGroup),
        Method("remove_shipping_contact", RemoveShippingContact, BillGroup),
        Method("change_numbers", ChangeNumbers, BillGroup),
        Method("change_preferences", ChangePreferences, BillGroup),
        Method("resend_email_change", ResendEmailChange, BillGroup),
        Method("withdraw_email_change", WithdrawEmailChange, BillGroup),
        Method("get_email_change", GetEmailChange, EmailChangeLink),
        Method("confirm_email", ConfirmEmail, EmailConfirmed),
        Method("list_timeline", ListTimeline, Timeline),
        Method("list_customer_timeline", ListCustomerTimeline, Timeline),
        Method("list_installation_timeline", ListInstallationTimeline, Timeline),
        Method("find_subject", FindSubject, Subjects),
        Method("add_note", AddNote, Note),
    ],
    events=[
        EventType("merchant_changed", MerchantChanged),
        EventType("text_changed", TextChanged),
        EventType("customer_created", CustomerCreated),
        EventType("customer_changed", CustomerChanged),
        EventType("customer_access_changed", CustomerAccessChanged),
        EventType("bill_group_created", BillGroupCreated),
        EventType("bill_group_changed", BillGroupChanged),
        EventType("contact_changed", ContactChanged),
        EventType("contact_removed", ContactChanged),
        EventType("email_change_requested", EmailChangeRequested),
        EventType("email_change_withdrawn", EmailChangeWithdrawn),
        EventType("numbers_changed", NumbersChanged),
        EventType("preferences_changed", PreferencesChanged),
        EventType("note_added", NoteAdded),
        EventType("import_started", ImportStarted),
        EventType("import_finished", ImportFinished),
        EventType("import_stopped", ImportStopped),
    ],
    errors=[
        # params: fields = {"email": "invalid_email", "address.postal_code": "required", …}. A field's code is
        # required, invalid_email, invalid_phone, invalid_country, invalid_postal_code or invalid_region.
        ErrorCode("invalid_contact"),
        # params: fields = {"vat_number": "invalid_vat_number"}, or "vat_number_in_use" where it is to be removed
        # though invoices were issued with it.
        ErrorCode("invalid_numbers"),
        # params: fields = {"time_zone": "unknown_time_zone", "contacts.billing.email": "invalid_email", …};
        # bill_group where it is about one.
        ErrorCode("invalid_customer"),
        # params: fields = {"company.vat_number": "invalid_vat_number", "numbering.invoice": "invalid_numbering"}. A
        # field's code is required, invalid_email, invalid_url, invalid_vat_number, invalid_iban, invalid_bic,
        # invalid_origin, invalid_numbering, numbering_used, or one of those of addresses in invalid_contact.
        ErrorCode("invalid_merchant"),
        # params: fields = {"text": "unknown_placeholder"}, and problems: each with its code (unknown_placeholder,
        # placeholder_not_here or unclosed_placeholder), placeholder, suggestion, position, line and column. Or
        # fields = {"text": "too_long"}, and most.
        ErrorCode("invalid_text"),
        # params: columns, and reason = not_utf8, no_rows, no_delimiter, unknown_columns, doubled_columns or
        # missing_columns.
        ErrorCode("invalid_file"),
        # It is no PNG, JPEG or SVG, too large, or nothing is to be seen on it. params: reason, where it is told.
        ErrorCode("invalid_logo"),
        ErrorCode("not_allowed", status=403),
        # The merchant does not leave this to customers.
        ErrorCode("switched_off", status=403),
        # The handle is taken by something else. params: handle.
        ErrorCode("already_exists", status=409),
        ErrorCode("invalid_cursor", status=400),
        # No new e-mail address waits for confirmation.
        ErrorCode("no_email_change", status=409),
        ErrorCode("link_expired"),
        ErrorCode("link_used"),
        # Too many e-mails were asked for. params: seconds, retry_at.
        ErrorCode("too_many_requests", Kind.RETRY, 429),
    ],
    hears=[
        Hears("record_timeline", (ALL_EVENTS,)),
        Hears("list_customer", LISTED),
        Hears("look_up_vat_number", ("customers.numbers_changed",)),
        Hears("note_vat_number_used", ("invoices.invoice_issued",)),
    ],
)
