//! Forms, tasks, reports, the board.

mod board;
mod bulk;
mod designer;
mod discipline;
mod download;
mod exports;
mod form_choice;
mod form_table;
mod forms;
mod issue;
mod reason_dialog;
mod report;
mod reports;
mod schedules;
mod task;
mod tasks;
mod totals;
mod town;
mod trend;

pub use designer::DesignerPage;
pub use discipline::DisciplinePage;
pub use exports::ExportsPage;
pub use forms::{FormPage, FormsPage};
pub use reason_dialog::ReasonDialog;
pub use report::ReportPage;
pub use reports::ReportsPage;
pub use schedules::SchedulesPage;
pub use task::TaskPage;
pub use tasks::TasksPage;
pub use town::TownPage;
pub use trend::TrendPage;
