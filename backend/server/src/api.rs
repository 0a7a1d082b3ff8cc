//! The list of domains whose operations this server offers.

use utoipa_actix_web::service_config::ServiceConfig;

/// Operations that need no sign-in; the access matrix tries each of the others without one.
pub const PUBLIC: &[&str] = &[
    "get_instance",
    "get_health",
    "list_set_up_choices",
    "set_up",
    "sign_in",
    "refresh_session",
    "check_link",
    "use_link",
    "confirm_email",
    "take_receipt",
    "take_aliyun_receipts",
    "take_tencent_receipts",
    "take_reply",
    "take_aliyun_replies",
    "take_tencent_reply",
    "list_sandbox_messages",
];

/// Register all operations.
pub fn configure(service: &mut ServiceConfig) {
    // Paths are compared one after another: the busiest come first.
    fupin_reporting::configure(service);
    fupin_access::configure(service);
    fupin_registry::configure(service);
    fupin_notify::configure(service);
    fupin_insight::configure(service);
    crate::setup::configure(service);
    crate::map::configure(service);
}

/// The document of all operations.
pub fn document() -> utoipa::openapi::OpenApi {
    fupin_access::stack::document(configure, PUBLIC)
}
