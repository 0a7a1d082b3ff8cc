//! Every address of the app.

use yew_router::Routable;

#[derive(Clone, Debug, PartialEq, Eq, Routable)]
pub enum Route {
    /// What waits for me.
    #[at("/")]
    Home,
    /// Home, as notices call it.
    #[at("/todo")]
    Todo,
    #[at("/sign-in")]
    SignIn,
    /// Set a password by a one-time link: `/activate#<token>`.
    #[at("/activate")]
    Activate,
    #[at("/reset-password")]
    ResetPassword,
    /// Confirm an e-mail address by a one-time link: `/confirm-email#<token>`.
    #[at("/confirm-email")]
    ConfirmEmail,
    /// First set-up by a one-time link: `/setup#<token>`.
    #[at("/setup")]
    SetUp,
    #[at("/forms")]
    Forms,
    #[at("/forms/:id")]
    Form { id: String },
    /// A form that is being designed.
    #[at("/form-drafts/:id")]
    FormDraft { id: String },
    #[at("/tasks")]
    Tasks,
    /// The board and the totals of a task.
    #[at("/tasks/:id")]
    Task { id: String },
    /// The villages of a town side by side, for one form of a task.
    #[at("/tasks/:id/villages")]
    Villages { id: String },
    /// Tasks that come again.
    #[at("/schedules")]
    Schedules,
    /// Units ranked by how they report.
    #[at("/discipline")]
    Discipline,
    /// One item over the months.
    #[at("/trend")]
    Trend,
    #[at("/reports")]
    Reports,
    #[at("/reports/:id")]
    Report { id: String },
    /// The same report by the short address that fits into a text message.
    #[at("/r/:id")]
    ShortReport { id: String },
    /// Households of a unit.
    #[at("/households")]
    Households,
    /// A household in a year.
    #[at("/households/:id")]
    Household { id: String },
    /// Finding a person; what is looked for never stands in the address.
    #[at("/people")]
    People,
    #[at("/persons/:id")]
    Person { id: String },
    /// What is to be changed of households.
    #[at("/household-changes")]
    HouseholdChanges,
    /// Records that may be of one person.
    #[at("/duplicates")]
    Duplicates,
    /// Codes that no dictionary knew.
    #[at("/code-gaps")]
    CodeGaps,
    #[at("/income-lines")]
    IncomeLines,
    /// Tables of households and people from files.
    #[at("/table-imports")]
    TableImports,
    #[at("/table-imports/:id")]
    TableImport { id: String },
    /// Who looked at whom.
    #[at("/sightings")]
    Sightings,
    /// Files that I ordered.
    #[at("/exports")]
    Exports,
    #[at("/units")]
    Units,
    #[at("/accounts")]
    Accounts,
    #[at("/accounts/:id")]
    Account { id: String },
    /// Sheets of accounts.
    #[at("/account-imports")]
    AccountImports,
    #[at("/account-imports/:id")]
    AccountImport { id: String },
    /// Roles that sheets propose.
    #[at("/grant-proposals")]
    Proposals,
    #[at("/grant-proposals/:id")]
    ProposalBatch { id: String },
    /// Whose work I do, who does mine.
    #[at("/delegations")]
    Delegations,
    #[at("/roles")]
    Roles,
    #[at("/audit")]
    Audit,
    #[at("/messages")]
    Messages,
    #[at("/gateway")]
    Gateway,
    /// How much may be sent and when, and what it costs.
    #[at("/message-limits")]
    MessageLimits,
    /// The words for what people are told.
    #[at("/message-templates")]
    MessageTemplates,
    /// What phones would show; open to all in a demonstration.
    #[at("/sandbox")]
    Sandbox,
    #[at("/me")]
    MyAccount,
    #[not_found]
    #[at("/not-found")]
    NotFound,
}

impl Route {
    /// Pages that need nobody signed in.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::SignIn | Self::Activate | Self::ResetPassword | Self::ConfirmEmail | Self::SetUp | Self::Sandbox
        )
    }
}
