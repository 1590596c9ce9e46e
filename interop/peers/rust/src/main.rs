//! A rust-libp2p host that a test drives with lines of JSON; ../../README.md has the protocol.

mod bytes;
mod client;
mod commands;
mod host;
mod load;
mod pattern;
mod serve;
mod streams;

use std::io::Write;

use serde_json::{json, Value};
use tokio::io::{AsyncBufReadExt, BufReader};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = match std::env::args().collect::<Vec<_>>().as_slice() {
        [_, options] => serde_json::from_str(options)?,
        _ => return Err("usage: peer OPTIONS, one JSON object".into()),
    };
    let host = host::start(&options, Default::default())?;
    let commands = commands::Commands::new(host, options);
    answer(json!({"event": "ready", "peer": commands.peer(), "library": host::library()}));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let command: Value = serde_json::from_str(&line)?;
        if command["do"] == "quit" {
            break;
        }
        tokio::spawn(respond(commands.clone(), command));
    }
    Ok(())
}

/// Commands run beside each other and answer when they are done.
async fn respond(commands: commands::Commands, command: Value) {
    let mut result = match commands.execute(&command).await {
        Ok(mut result) => {
            result["ok"] = true.into();
            result
        }
        Err(error) => json!({"ok": false, "error": error.to_string()}),
    };
    result["id"] = command["id"].clone();
    answer(result);
}

fn answer(message: Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{message}").and_then(|()| out.flush()).expect("the test reads until we end");
}
