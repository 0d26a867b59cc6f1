//! The pinned programs that make the page: the wasm target, Trunk and wasm-bindgen; and mdBook, which makes books that embed it.
//!
//! Invariants: a program of the right version is used where it is, on PATH or in our own folder; another version is never used and
//! never replaced. What is missing is compiled into our own folder, once for all clones.

use crate::child::{answer, cargo, command, run};
use crate::paths;
use crate::say::{Doing, Outcome, fail, say};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that cargo can install.
pub struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
    /// What of it is not wanted, as options of cargo.
    without: &'static [&'static str],
}

pub const TRUNK: Tool = Tool { package: "trunk", version: "0.21.14", program: "trunk", without: &[] };
/// Must be the version of the crate wasm-bindgen in Cargo.lock.
pub const WASM_BINDGEN: Tool =
    Tool { package: "wasm-bindgen-cli", version: "0.2.129", program: "wasm-bindgen", without: &[] };
/// Comes with wasm-bindgen-cli: runs tests compiled to Wasm in a browser.
pub const TEST_RUNNER: Tool =
    Tool { package: "wasm-bindgen-cli", version: "0.2.129", program: "wasm-bindgen-test-runner", without: &[] };
/// Makes books of Markdown: a host that embeds the lab, for the tests. It need not serve or search them.
pub const MDBOOK: Tool =
    Tool { package: "mdbook", version: "0.5.4", program: "mdbook", without: &["--no-default-features"] };

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

impl Tool {
    /// The program, installed first if need be.
    pub fn find(&self) -> Outcome<PathBuf> {
        let own = paths::tools()?;
        let kept = own.join("bin").join(self.program);
        let at_hand = std::iter::once(kept.clone()).chain(paths::on_path(self.program));
        if let Some(program) = at_hand.into_iter().find(|program| self.is_right(program)) {
            return Ok(program);
        }
        say(format!(
            "installing {} {} into {} (compiled here, once for all clones: some minutes)",
            self.package,
            self.version,
            own.display()
        ));
        let mut install = cargo();
        install.args(["install", "--locked", "--force", "--version", self.version, "--root"]).arg(&own);
        // In a folder of its own: the project's is for the project.
        install.args(self.without).arg(self.package).env("CARGO_TARGET_DIR", paths::target().join("tools"));
        run(&mut install, &format!("compiling {}", self.package))?;
        if self.is_right(&kept) {
            Ok(kept)
        } else {
            fail(format!(
                "{} was installed but does not answer as version {}: remove {} and try again",
                kept.display(),
                self.version,
                own.display()
            ))
        }
    }

    fn is_right(&self, program: &Path) -> bool {
        program.is_file()
            && answer(Command::new(program).arg("--version"))
                .is_some_and(|said| said.split_whitespace().any(|word| word.trim_start_matches('v') == self.version))
    }
}

/// Sees that the toolchain can compile to Wasm.
pub fn wasm_target() -> Outcome {
    let Some(sysroot) = answer(command("rustc").args(["--print", "sysroot"])) else {
        return fail("`rustc --print sysroot` does not answer: install Rust by rustup (rustup.rs)");
    };
    if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    if paths::on_path("rustup").is_none() {
        return fail(format!(
            "this Rust has no target {WASM_TARGET} and there is no rustup to add it: install the target, or Rust by rustup"
        ));
    }
    say(format!("adding the target {WASM_TARGET} to the toolchain"));
    run(command("rustup").args(["target", "add", WASM_TARGET]), "adding the wasm target")
}

/// PATH with the folders of these programs in front.
pub fn path_with(programs: &[&Path]) -> Outcome<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = programs.iter().filter_map(|program| program.parent()).map(Path::to_path_buf);
    std::env::join_paths(first.chain(std::env::split_paths(&path))).doing("putting our tools on PATH")
}
