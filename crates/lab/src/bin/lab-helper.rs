//! The helper process of a lab alone, for programs that cannot be it themselves, as tests.

fn main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    return lab::helper_main();
    #[cfg(not(target_os = "linux"))]
    std::process::ExitCode::FAILURE
}
