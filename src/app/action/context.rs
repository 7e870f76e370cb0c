//! Where keys mean what: which pane has the focus, or which part of which modal.

/// What the keys mean at a moment: which pane has the focus, or which part of which modal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// The groups pane.
    Groups,
    /// The contacts pane.
    Contacts,
    /// The details pane.
    Details,
    /// The query is being typed.
    Filter,
    /// A one-line field of a form.
    Line,
    /// A field of several lines.
    Notes,
    /// A choice among words, such as the type of a number.
    Choice,
    /// The list of words over a field.
    Words,
    /// The checklist of groups in a form.
    Checklist,
    /// The people picker.
    People,
    /// The checklist of groups for one contact or many.
    Memberships,
    /// The members of a group, and the query that narrows them.
    Members,
    /// The file picker of the import.
    Picker,
    /// An import or an export under way.
    Progress,
    /// A choice in the form of an export.
    ExportChoice,
    /// The path in the form of an export.
    ExportFile,
    /// A question to be answered with yes or no.
    Question,
    /// Somebody else changed what was edited here.
    Conflict,
    /// The report of an import.
    Report,
    /// A choice of what to do with a value.
    Menu,
    /// A QR code.
    Qr,
    /// The log.
    Log,
    /// The help screen.
    Help,
    /// The command palette.
    Palette,
    /// What the accounts have not got yet.
    Queue,
    /// Values of both sides that differ.
    SyncConflict,
    /// Which contacts here and there are the same.
    WhoIsWho,
    /// A plan that was stopped.
    Plan,
    /// Signing in.
    SignIn,
    /// Signing out.
    SignOut,
}

impl Context {
    /// Every context, in the order of the help screen.
    pub const ALL: [Self; 30] = [
        Self::Contacts,
        Self::Groups,
        Self::Details,
        Self::Filter,
        Self::Line,
        Self::Notes,
        Self::Choice,
        Self::Words,
        Self::Checklist,
        Self::People,
        Self::Memberships,
        Self::Members,
        Self::Picker,
        Self::Progress,
        Self::ExportChoice,
        Self::ExportFile,
        Self::Question,
        Self::Conflict,
        Self::Report,
        Self::Menu,
        Self::Qr,
        Self::Queue,
        Self::SyncConflict,
        Self::WhoIsWho,
        Self::Plan,
        Self::SignIn,
        Self::SignOut,
        Self::Log,
        Self::Help,
        Self::Palette,
    ];

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Groups => "Groups",
            Self::Contacts => "Contacts",
            Self::Details => "Details",
            Self::Filter => "Typing a query",
            Self::Line => "Form: a line",
            Self::Notes => "Form: notes",
            Self::Choice => "Form: a choice",
            Self::Words => "Form: a list of words",
            Self::Checklist => "Form: groups",
            Self::People => "People of the directory",
            Self::Memberships => "Groups of contacts",
            Self::Members => "Form: members of a group",
            Self::Picker => "Import: choosing files",
            Self::Progress => "An import or export under way",
            Self::ExportChoice => "Export: a choice",
            Self::ExportFile => "Export: the file",
            Self::Question => "A question",
            Self::Conflict => "A conflict",
            Self::Report => "Report of an import",
            Self::Menu => "A menu",
            Self::Qr => "QR code",
            Self::Log => "Log",
            Self::Help => "Help",
            Self::Palette => "All commands",
            Self::Queue => "What waits to be sent",
            Self::SyncConflict => "Changed here and there",
            Self::WhoIsWho => "Who is who",
            Self::Plan => "A plan that was stopped",
            Self::SignIn => "Signing in",
            Self::SignOut => "Signing out",
        }
    }

    /// Whether a printable key types here, so that it can mean no action.
    pub const fn types(self) -> bool {
        matches!(
            self,
            Self::Filter
                | Self::Line
                | Self::Notes
                | Self::Choice
                | Self::Words
                | Self::People
                | Self::Picker
                | Self::ExportFile
                | Self::Palette
        )
    }
}
