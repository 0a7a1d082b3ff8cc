//! `fupin-bindgen <app.wasm> <out dir>`: writes the JavaScript glue and the final WebAssembly module.
//! Invariant: the version equals the app's wasm-bindgen, because both come from one lock file.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(out)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: fupin-bindgen <app.wasm> <out dir>");
        return ExitCode::FAILURE;
    };
    match generate(&input, &out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-bindgen: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn generate(input: &str, out: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .out_name("app")
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.generate(out)?;
    Ok(())
}
