//! What a process has used, from Linux's `/proc`.

use anyhow::{Context, ensure};
use std::fs;
use std::time::Duration;

/// Time that a process has computed, and memory it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) cpu: Duration,
    pub(crate) memory_bytes: u64,
}

/// What `/proc` counts in: fixed to hundredths of a second towards programs (proc(5), `sysconf(_SC_CLK_TCK)`).
const TICK: Duration = Duration::from_millis(10);

impl Spent {
    /// Reads what a process has used since its start, in all of its threads.
    pub(crate) fn by(pid: u32) -> anyhow::Result<Self> {
        let read = |name: &str| {
            fs::read_to_string(format!("/proc/{pid}/{name}"))
                .with_context(|| format!("/proc/{pid}/{name}: this measurement needs Linux"))
        };
        Ok(Self { cpu: cpu(&read("stat")?)?, memory_bytes: memory(&read("status")?)? })
    }
}

/// `utime` and `stime`, the 14th and 15th field; the second may hold spaces, in parentheses.
fn cpu(stat: &str) -> anyhow::Result<Duration> {
    let (_, fields) = stat.rsplit_once(')').context("a process has a name")?;
    let ticks: Vec<u32> =
        fields.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    ensure!(ticks.len() == 2, "too few fields");
    Ok(TICK * ticks.iter().sum::<u32>())
}

fn memory(status: &str) -> anyhow::Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim_end().parse().context("VmRSS")?;
    Ok(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::{Spent, cpu, memory};
    use std::time::Duration;

    #[test]
    fn the_lines_of_proc_are_read() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 3 0 100 1 1";
        assert_eq!(cpu(stat).unwrap(), Duration::from_secs(3));
        assert_eq!(memory("Name:\tx\nVmRSS:\t    2048 kB\n").unwrap(), 2 << 20);
        assert!(cpu("42 (x) S 1").is_err() && memory("Name:\tx\n").is_err());
    }

    #[test]
    fn this_process_has_used_something() {
        assert!(Spent::by(std::process::id()).unwrap().memory_bytes > 0);
    }
}
