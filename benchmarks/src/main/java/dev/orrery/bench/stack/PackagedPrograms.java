package dev.orrery.bench.stack;

import dev.orrery.bench.BenchException;
import dev.orrery.testing.program.JarProgram;
import dev.orrery.testing.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The packaged applications under measurement.
 *
 * @param more additional options for the schedulers
 */
public record PackagedPrograms(Program scheduler, Program agent, List<String> more) {

  /**
   * Returns the named programs, by default those of this build.
   *
   * @param root of the project
   * @param scheduler null for this build's
   * @param agent null for this build's
   * @throws IllegalArgumentException if a named program is not runnable
   * @throws BenchException if a default program has not been built
   */
  public static PackagedPrograms of(Path root, Path scheduler, Path agent, List<String> more) {
    Optional<Program> namedScheduler = Optional.ofNullable(scheduler).map(Program::at);
    Optional<Program> namedAgent = Optional.ofNullable(agent).map(Program::at);
    return new PackagedPrograms(
        namedScheduler.orElseGet(() -> built(root, "scheduler-service")),
        namedAgent.orElseGet(() -> built(root, "worker-agent")),
        more);
  }

  private static Program built(Path root, String module) {
    Program program = JarProgram.of(root, module);
    if (!Files.exists(program.file())) {
      throw new BenchException(program + " is missing. Start through ./orrery, which builds it.");
    }
    return program;
  }

  /** The scheduler's options; its JVM options are those of the images. */
  List<String> schedulerOptions() {
    List<String> options = new ArrayList<>(List.of("-XX:CompileThresholdScaling=4"));
    options.addAll(more);
    return options;
  }

  /** The agents' options, as in the images. */
  List<String> agentOptions() {
    return List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  }
}
