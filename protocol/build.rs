//! Compiles the normative schemas; their descriptors go along for the wire scan.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let schemas: Vec<String> = [
        "envelope",
        "charter",
        "statement",
        "entry",
        "proof",
        "ceremony",
        "sync",
    ]
    .iter()
    .map(|name| format!("proto/liaison/v1/{name}.proto"))
    .collect();
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(&schemas, ["proto"])?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(
        out.join("descriptors.bin"),
        protox::prost::Message::encode_to_vec(&descriptors),
    )?;
    prost_build::Config::new().compile_fds(descriptors)?;
    Ok(())
}
