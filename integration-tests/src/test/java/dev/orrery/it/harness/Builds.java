package dev.orrery.it.harness;

import dev.orrery.testing.program.JarProgram;
import dev.orrery.testing.program.Program;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The scheduler and agent under test: those of {@code -Dorrery.test.scheduler=PROGRAM} and {@code
 * -Dorrery.test.agent=PROGRAM}, or of this repository. Relative paths start at the root of the
 * repository.
 */
public final class Builds {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String SCHEDULER = "orrery.test.scheduler";
  private static final String AGENT = "orrery.test.agent";

  /** Most programs of the tests live for seconds: compiling them well would not pay. */
  private static final List<String> FAST_START =
      List.of("-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData");

  private Builds() {}

  public static Program scheduler() {
    return tested(SCHEDULER, ownScheduler());
  }

  public static Program agent() {
    return tested(AGENT, ownAgent());
  }

  /** The scheduler of this repository's build, independent of the one under test. */
  public static JarProgram ownScheduler() {
    return JarProgram.of(ROOT, "scheduler-service");
  }

  /** The agent of this repository's build, independent of the one under test. */
  public static JarProgram ownAgent() {
    return JarProgram.of(ROOT, "worker-agent");
  }

  /** A second scheduler: the one under test or, if that is this repository's, its fast-jar. */
  public static Program otherScheduler() {
    return scheduler().equals(ownScheduler()) ? fastJar("scheduler-service") : scheduler();
  }

  /** A second agent: the one under test or, if that is this repository's, its fast-jar. */
  public static Program otherAgent() {
    return agent().equals(ownAgent()) ? fastJar("worker-agent") : agent();
  }

  private static Program fastJar(String module) {
    return Program.at(ROOT.resolve(module).resolve("target/fast-jar"));
  }

  /** Returns true if the tests run on this repository's build. */
  public static boolean areOwn() {
    return scheduler().equals(ownScheduler()) && agent().equals(ownAgent());
  }

  /** Skips a test of native programs, if none is tested. */
  public static void assumeNative() {
    assume(scheduler().isNative() && agent().isNative(), "the programs are not native");
  }

  private static void assume(boolean met, String otherwise) {
    if (!met) {
      String test =
          StackWalker.getInstance()
              .walk(frames -> frames.skip(2).findFirst())
              .map(frame -> frame.getClassName() + "." + frame.getMethodName())
              .orElseThrow();
      System.out.println("SKIPPED " + test + ": " + otherwise);
      Assumptions.abort(otherwise);
    }
  }

  /**
   * Starts a build, which need not be one of these.
   *
   * @param options such as {@code -Dkey=value}
   * @param log a new file for all that it writes
   */
  public static ProgramProcess start(
      Program program, List<String> options, Map<String, String> environment, Path log) {
    List<String> all = new ArrayList<>(FAST_START);
    all.addAll(options);
    if (!JarProgram.choosesArchive(options)) {
      ClassArchives.makeFor(program);
    }
    return ProgramProcess.start(program.command(all), environment, log);
  }

  private static Program tested(String property, Program own) {
    String given = System.getProperty(property, "");
    return given.isBlank() ? own : Program.at(ROOT.resolve(given));
  }
}
