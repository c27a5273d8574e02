package dev.orrery.testing.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A packaged scheduler or agent. Its kind decides how it is started, and what it lacks. */
public sealed interface Program permits JarProgram, NativeProgram {

  /**
   * The program that a user names.
   *
   * @param path a {@code quarkus-run.jar}, a directory that contains one, or a native executable
   * @throws IllegalArgumentException if it is none of these; the message is for people
   */
  static Program at(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path inDirectory = absolute.resolve(JarProgram.NAME);
    if (Files.isRegularFile(inDirectory)) {
      return new JarProgram(inDirectory);
    }
    if (Files.isRegularFile(absolute)) {
      if (absolute.toString().endsWith(".jar")) {
        return new JarProgram(absolute);
      }
      if (Files.isExecutable(absolute)) {
        return new NativeProgram(absolute);
      }
    }
    throw new IllegalArgumentException(
        path
            + (Files.exists(absolute) ? " is not a runnable program" : " does not exist")
            + ". Name a quarkus-run.jar, a directory that contains one, or a native executable.");
  }

  /** The file that is run. */
  Path file();

  /**
   * The command line of a start.
   *
   * @param options such as {@code -Dkey=value}, {@code -Xmx256m} or {@code -XX:+UseSerialGC}; those
   *     that only a JVM understands are left out where there is none
   */
  List<String> command(List<String> options);

  /** True for a program without the embedded database, the protocol akka and Java plugins. */
  boolean isNative();
}
