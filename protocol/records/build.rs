//! Lists the sample profiles, so that each is part of the library.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("data/profiles");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .map(|f| Ok(f?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.sort();
    let mut code = String::from("const PROFILES: &[(&str, &str)] = &[\n");
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|e| e == "json"))
    {
        let state = file.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(
            code,
            "    ({state:?}, include_str!({:?})),",
            file.display().to_string()
        )?;
    }
    code.push_str("];\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("profiles.rs"), code)?;
    Ok(())
}
