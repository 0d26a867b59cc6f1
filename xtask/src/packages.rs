//! Packages of the system, by its package manager, where we may: Debian and its kin, as root or by sudo that asks for no password.

use crate::child::{answer, command, run};
use crate::paths;
use crate::say::{Outcome, fail, say};
use std::process::Command;

/// Installs packages. `want` says what they are wanted for.
pub fn install(packages: &[&str], want: &str) -> Outcome {
    let by_hand =
        || format!("{want}: install it by your system's package manager (on Debian: {})", packages.join(", "));
    if paths::on_path("apt-get").is_none() {
        return fail(by_hand());
    }
    let is_root = answer(command("id").arg("-u")).is_some_and(|id| id == "0");
    if !is_root && answer(command("sudo").args(["-n", "true"])).is_none() {
        return fail(format!("{}; this user may not do it", by_hand()));
    }
    let apt_get = |words: &[&str]| -> Command {
        let mut apt_get = if is_root { command("apt-get") } else { command("sudo") };
        if !is_root {
            apt_get.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        apt_get.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        apt_get
    };
    say(format!("{want}: installing {} by apt-get", packages.join(", ")));
    run(&mut apt_get(&["update", "-q"]), "updating the list of packages")?;
    let mut words = vec!["install", "-y", "-q", "--no-install-recommends"];
    words.extend(packages);
    run(&mut apt_get(&words), "installing packages")
}
