package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the field {@code processor} of a job document. */
final class ProcessorReader {
  /** The maximum number of words of a command, including the program. */
  static final int MAX_PARTS = 1000;

  /**
   * The maximum number of characters of a command, a script or a body, so that an assignment stays
   * small.
   */
  static final int MAX_TEXT = 64 * 1024;

  /** The maximum bytes of one argument on Linux, which also counts a NUL. */
  static final int MAX_ARGUMENT = 128 * 1024 - 1;

  /** As long as an attempt may run. */
  static final Duration MAX_SLEEP = JobLimits.MAX_TIMEOUT;

  static final String NON_RETRYABLE_EXIT_CODES = "nonRetryableExitCodes";
  static final int MAX_EXIT_CODE = 255;
  static final String SECRETS = "secrets";

  private ProcessorReader() {}

  static ProcessorSpec read(JsonFields fields) {
    String type = fields.requiredText("type");
    ProcessorSpec processor =
        switch (type) {
          case ProcessorSpec.NOOP -> noop(fields);
          case ProcessorSpec.SHELL -> shell(fields);
          case ProcessorSpec.HTTP -> HttpProcessorReader.read(fields);
          case ProcessorSpec.JAVA -> java(fields);
          case ProcessorSpec.POWERJOB -> PowerJobProcessorReader.read(fields);
          case ProcessorSpec.FLOW -> FlowReader.read(fields);
          default ->
              throw fields.invalid(
                  "type",
                  "must be one of noop, shell, http, java, powerjob, flow; got '"
                      + BoundedText.abbreviate(type, JsonFields.MAX_QUOTE)
                      + "'");
        };
    fields.refuseUnknown();
    return processor;
  }

  private static ProcessorSpec noop(JsonFields fields) {
    Optional<Duration> sleep = fields.duration("sleep", Duration.ZERO, MAX_SLEEP);
    return new ProcessorSpec.Noop(sleep.map(Duration::toString).orElse(null));
  }

  private static ProcessorSpec shell(JsonFields fields) {
    Optional<List<String>> command = fields.texts("command", MAX_PARTS);
    Optional<String> script = fields.text("script");
    if (fields.has("command") == fields.has("script")) {
      throw fields.invalid("command", "or 'script' is required, exactly one of them");
    }
    if (command.filter(parts -> parts.isEmpty() || parts.get(0).isBlank()).isPresent()) {
      throw fields.invalid("command", "must start with a program");
    }
    if (script.filter(String::isBlank).isPresent()) {
      throw fields.invalid("script", "must not be empty");
    }
    if (command.filter(parts -> length(parts) > MAX_TEXT).isPresent()) {
      throw tooLong(fields, "command");
    }
    if (script.filter(text -> text.length() > MAX_TEXT).isPresent()) {
      throw tooLong(fields, "script");
    }
    if (!fields.isStored()) {
      refuseWhatCannotRun(fields, command, script);
    }
    return new ProcessorSpec.Shell(
        command.orElse(null),
        script.orElse(null),
        fields.integers(NON_RETRYABLE_EXIT_CODES, 1, MAX_EXIT_CODE, MAX_EXIT_CODE).orElse(null),
        secrets(fields));
  }

  private static List<String> secrets(JsonFields fields) {
    List<String> secrets = fields.texts(SECRETS, JobLimits.MAX_SECRETS).orElse(null);
    Set<String> variables = new HashSet<>();
    for (int i = 0; secrets != null && !fields.isStored() && i < secrets.size(); i++) {
      String name = secrets.get(i);
      if (!ResourceText.isName(name)) {
        throw fields.invalid(SECRETS + "[" + i + "]", ResourceText.RULE);
      }
      if (!variables.add(Placeholder.secretVariable(name))) {
        throw fields.invalid(
            SECRETS + "[" + i + "]",
            "sets $" + Placeholder.secretVariable(name) + ", as another name does");
      }
    }
    return secrets;
  }

  private static void refuseWhatCannotRun(
      JsonFields fields, Optional<List<String>> command, Optional<String> script) {
    List<String> parts = command.orElse(List.of());
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).getBytes(StandardCharsets.UTF_8).length > MAX_ARGUMENT) {
        throw fields.invalid(
            "command[" + i + "]",
            "must be at most "
                + MAX_ARGUMENT
                + " bytes long, the longest argument that Linux takes; use 'script'");
      }
    }
    script
        .flatMap(ScriptRule::error)
        .ifPresent(
            error -> {
              throw fields.invalid("script", error);
            });
  }

  private static long length(List<String> parts) {
    return parts.stream().mapToLong(String::length).sum();
  }

  static ProblemException tooLong(JsonFields fields, String name) {
    return fields.invalid(name, "must be at most " + MAX_TEXT + " characters long");
  }

  private static ProcessorSpec java(JsonFields fields) {
    String name = fields.requiredText("name");
    if (!ProcessorSpec.Java.isName(name)) {
      throw fields.invalid("name", "must be 1 to 150 characters out of A-Z a-z 0-9 . _ - $");
    }
    return new ProcessorSpec.Java(name);
  }
}
