package dev.orrery.cli.apply;

import dev.orrery.cli.apply.AppJobs.Job;
import dev.orrery.protocol.text.Placeholder;
import java.util.Optional;
import java.util.regex.MatchResult;

/**
 * Warns about a placeholder in a shell script, where placeholders are not replaced. {@code sh}
 * would parse it as a variable with an invalid name. The scheduler accepts it, because in quotes it
 * may be text for another program.
 */
final class ScriptHint {
  private ScriptHint() {}

  /** Returns the hint with the place in the file; empty for a script without placeholders. */
  static Optional<String> of(String name, Job job) {
    return Placeholder.PATTERN
        .matcher(job.document().path("processor").path("script").asText(""))
        .results()
        .map((MatchResult found) -> found.group(1))
        // In sh, ${$} is the number of the process.
        .filter(written -> Placeholder.isKnown(written) && !written.equals(Placeholder.DOLLAR))
        .findFirst()
        .map(
            placeholder ->
                job.file().source().place(job.file().path(name, "processor.script"))
                    + ", job '"
                    + name
                    + "': a script has no placeholders; in place of ${"
                    + placeholder
                    + "} write $"
                    + variable(placeholder));
  }

  private static String variable(String placeholder) {
    return placeholder.equals(Placeholder.FIRE_TIME)
        ? "ORRERY_FIRE_TIME"
        : "ORRERY_PARAM_"
            + placeholder
                .substring(Placeholder.PARAMETER.length())
                .replaceAll("[^A-Za-z0-9_]", "_");
  }
}
