//! A `preppal` process of its own, with nothing of this process's settings.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

/// A command that runs until it is told to stop; killed when dropped.
pub(crate) struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Its lines, read as they come: a process that nobody reads stops.
    stderr: mpsc::Receiver<String>,
}

/// How a process ended, and everything it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Returns `preppal` with these arguments and these variables, and no others of PrepPal's.
pub(crate) fn preppal(arguments: &[&str], variables: &[(&str, &str)], working_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preppal"));
    command.args(arguments).current_dir(working_dir);
    command.env_clear().envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        status: output.status,
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, stderr) = mpsc::channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, stdout, stderr }
    }

    /// Waits until standard output goes on with these words.
    pub(crate) fn says(&mut self, words: &str) {
        let mut said = vec![0; words.len()];
        self.stdout.read_exact(&mut said).unwrap();
        assert_eq!(String::from_utf8_lossy(&said), words);
    }

    /// Waits for the ready line and returns the address in it.
    pub(crate) fn address(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("PrepPal is ready: ");
        let Some(address) = address else {
            panic!("not ready: {line}{}", self.rest_of_stderr());
        };
        assert!(address.starts_with("http://127.0.0.1:"), "{address}");
        address.to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for a line with these words on standard error.
    pub(crate) fn notes(&mut self, words: &str) {
        let noted = self.stderr.iter().any(|line| line.contains(words));
        assert!(noted, "it ended without {words}");
    }

    fn rest_of_stderr(&self) -> String {
        self.stderr.iter().collect::<Vec<_>>().join("\n")
    }

    /// Waits for the end. What is returned was said after what was waited for.
    pub(crate) fn end(mut self) -> Ended {
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        let stderr = self.rest_of_stderr();
        Ended { status: self.child.wait().unwrap(), stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended cannot be killed, which is well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
