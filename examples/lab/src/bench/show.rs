//! `jolt-lab bench report`: an earlier bench's results once more.

use super::document::Document;
use super::sweep::write_reports;
use crate::cli::BenchReportArguments;
use crate::report::Report;

/// Shows an earlier bench's results.
///
/// # Errors
/// The file has none, or the report cannot be written.
pub fn report(arguments: &BenchReportArguments) -> anyhow::Result<Report> {
    let document = Document::read(&arguments.results)?;
    write_reports(&document, &arguments.output)?;
    let mut report = Report::default();
    let output = &arguments.output;
    let written = [&output.csv, &output.html, &output.figures.figures];
    for path in written.into_iter().flatten() {
        report.fact("written to", path.display());
    }
    Ok(report)
}
