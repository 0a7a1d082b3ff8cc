//! How I am reached: my phone, my e-mail address, and which of them is told what.

mod choices;
mod confirm;
mod email;
mod phone;

pub use choices::Choices;
pub use confirm::ConfirmEmailPage;
pub use email::OwnEmail;
pub use phone::OwnPhone;
