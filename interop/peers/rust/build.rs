//! Takes the version of libp2p from the lock file: the library does not tell it.

use std::fs;

fn main() {
    println!("cargo:rerun-if-changed=Cargo.lock");
    let lock = fs::read_to_string("Cargo.lock").expect("Cargo.lock stands beside this file");
    let version = lock
        .split("[[package]]")
        .find(|package| package.contains("\nname = \"libp2p\"\n"))
        .and_then(|package| package.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .expect("libp2p is locked");
    println!("cargo:rustc-env=LIBP2P_VERSION={version}");
}
