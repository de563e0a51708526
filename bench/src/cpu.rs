//! Processor time of another process on this machine.

use std::fs;

/// User and system time of a process so far, in nanoseconds: of all its threads that live.
///
/// `/proc/PID/task/*/schedstat` counts nanoseconds, where `/proc/PID/stat` counts hundredths of a second.
pub(crate) fn used_ns(pid: u32) -> Result<u64, String> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).map_err(|e| format!("process {pid}: {e}"))?;
    let mut sum = 0;
    for task in tasks.flatten() {
        // A thread may end between the two looks.
        let said = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        sum += said.split(' ').next().and_then(|ns| ns.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_process_that_works_uses_time() {
        let pid = std::process::id();
        let before = super::used_ns(pid).expect("this process is there");
        let mut sum = 0u64;
        for n in 0..3_000_000u64 {
            sum = std::hint::black_box(sum ^ n);
        }
        assert!(super::used_ns(pid).expect("this process is there") > before, "{sum}");
    }

    #[test]
    fn a_process_that_is_not_there_is_an_error() {
        assert!(super::used_ns(u32::MAX).is_err());
    }
}
