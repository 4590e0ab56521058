//! `zkvm-adapter ELF INPUT FOLDER [execute|prove]`: measures one program and writes `hardware.json` and
//! `jolt-lab-VERSION/NAME.json` into a folder.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use zkvm_adapter::run::{Action, Hardware, Workload, run};
use zkvm_adapter::zkvm::{Input, JoltLab, ProverResource};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match measure(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let (elf, input, folder, action) = match arguments {
        [elf, input, folder] => (elf, input, folder, Action::Prove),
        [elf, input, folder, action] if action == "prove" => (elf, input, folder, Action::Prove),
        [elf, input, folder, action] if action == "execute" => {
            (elf, input, folder, Action::Execute)
        }
        _ => return Err("usage: zkvm-adapter ELF INPUT FOLDER [execute|prove]".into()),
    };
    let read =
        |path: &str| std::fs::read(path).map_err(|error| format!("cannot read {path}: {error}"));
    let zkvm = JoltLab::new(&read(elf)?, ProverResource::Cpu)?;
    let name = Path::new(elf)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let workload = Workload {
        name: name.into_owned(),
        input: Input::new().with_stdin(read(input)?),
        expected: Vec::new(),
        metadata: serde_json::Value::Null,
    };
    let done = run(&zkvm, &workload, action);
    let folder = Path::new(folder);
    let own = folder.join(format!("{}-{}", zkvm.name(), zkvm.sdk_version()));
    std::fs::create_dir_all(&own)?;
    let hardware = serde_json::to_string_pretty(&Hardware::here())?;
    std::fs::write(folder.join("hardware.json"), hardware)?;
    let file = own.join(format!("{}.json", done.name));
    std::fs::write(&file, serde_json::to_string_pretty(&done)?)?;
    println!("{}", file.display());
    Ok(())
}
