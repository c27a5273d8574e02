package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a job runs, as it stands in a job document and in an assignment. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ProcessorSpec.Noop.class, name = ProcessorSpec.NOOP),
  @JsonSubTypes.Type(value = ProcessorSpec.Shell.class, name = ProcessorSpec.SHELL)
})
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface ProcessorSpec {

  String NOOP = "noop";
  String SHELL = "shell";

  /** What a worker must offer to run it; the processor's part of a lane. */
  String processor();

  /**
   * Does nothing, and succeeds.
   *
   * @param sleep how long that takes, ISO 8601; absent means no time at all
   */
  record Noop(String sleep) implements ProcessorSpec {
    @Override
    public String processor() {
      return NOOP;
    }
  }

  /**
   * Runs a program; exactly one of the two is set.
   *
   * @param command program and arguments, run without a shell; may hold placeholders
   * @param script text for {@code /bin/sh}; without placeholders, since they would be code
   */
  record Shell(List<String> command, String script) implements ProcessorSpec {
    public Shell {
      command = command == null ? null : List.copyOf(command);
    }

    @Override
    public String processor() {
      return SHELL;
    }
  }
}
