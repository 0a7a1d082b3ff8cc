//! The HTTP stack around the operations, the same in the server and in every test: edge outside, audit of refusals
//! inside, the operations under `/api`, and one document collected from their registration.

use std::time::Duration;

use actix_web::{
    Error as ActixError, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use fupin_kernel::{
    App,
    edge::{self, KnownPaths},
};
use utoipa::openapi::{
    Content, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, Ref, ResponseBuilder, ServerBuilder,
    path::Operation,
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};
use utoipa_actix_web::{AppExt, scope::scope, service_config::ServiceConfig};

/// How long a connection may rest before the server closes it: longer than its callers keep one for the next request,
/// proxies with their customary 60 seconds among them. Otherwise a request and the closing meet on the way.
pub const CONNECTION_RESTS: Duration = Duration::from_secs(75);

/// Registers the operations of one or more domains.
pub type Configure = fn(&mut ServiceConfig);

/// Answers what no operation serves; [`edge::unserved`] where there is nothing else.
pub type Fallback = fn(&HttpRequest, &KnownPaths) -> HttpResponse;

/// The application of one worker.
pub fn http_app(
    app: App,
    configure: Configure,
    public: &'static [&'static str],
    rest: fn(&mut web::ServiceConfig),
    fallback: Fallback,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = ActixError,
        InitError = (),
    >,
> {
    let document = document(configure, public);
    let known = web::Data::new(KnownPaths::of(&document));
    actix_web::App::new()
        .app_data(web::Data::new(app))
        .app_data(web::Data::new(document))
        .app_data(known)
        .wrap(from_fn(crate::audit_refusals))
        .wrap(from_fn(edge::edge))
        .into_utoipa_app()
        .service(scope("/api").configure(configure))
        .into_app()
        .configure(rest)
        .default_service(web::to(move |request: HttpRequest, known: web::Data<KnownPaths>| {
            std::future::ready(fallback(&request, &known))
        }))
}

/// The document of what `configure` registers. `public` names the operations that need no sign-in.
#[must_use]
pub fn document(configure: Configure, public: &[&str]) -> OpenApi {
    let (_, collected) =
        actix_web::App::new().into_utoipa_app().service(scope("/api").configure(configure)).split_for_parts();
    let mut document = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("fupin")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("The precision poverty-alleviation platform. Rules of the API: openapi/README.md"))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .paths(collected.paths)
        .components(collected.components)
        .build();
    let components = document.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert("bearer".to_owned(), bearer.into());
    let problem = <fupin_contract::Problem as utoipa::PartialSchema>::schema();
    components.schemas.insert("Problem".to_owned(), problem);
    let fault = <fupin_contract::Fault as utoipa::PartialSchema>::schema();
    components.schemas.insert("Fault".to_owned(), fault);
    for item in document.paths.paths.values_mut() {
        let operations = [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Patch, &mut item.patch),
            (HttpMethod::Delete, &mut item.delete),
        ];
        for (_, operation) in operations {
            if let Some(operation) = operation {
                complete(operation, public);
            }
        }
    }
    document
}

/// What every operation has: who may call it, and how it refuses.
fn complete(operation: &mut Operation, public: &[&str]) {
    let name = operation.operation_id.clone().unwrap_or_default();
    operation.security = Some(if public.contains(&name.as_str()) {
        Vec::new()
    } else {
        vec![SecurityRequirement::new("bearer", Vec::<String>::new())]
    });
    let problem = ResponseBuilder::new()
        .description("A problem: RFC 9457, with a stable code")
        .content("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem"))))
        .build();
    operation.responses.responses.insert("default".to_owned(), problem.into());
}
