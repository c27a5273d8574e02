package dev.orrery.testing.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A packaged scheduler or agent. Its kind determines its command line and its features. */
public sealed interface Program permits JarProgram, NativeProgram {

  /**
   * Returns the program at a path that a user named.
   *
   * @param path a {@code quarkus-run.jar}, a directory that contains one, or a native executable
   * @throws IllegalArgumentException for any other path; the message is for users
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

  Path file();

  /**
   * Returns the command line.
   *
   * @param options such as {@code -Dkey=value}, {@code -Xmx256m} or {@code -XX:+UseSerialGC}; a
   *     native program omits options that only a JVM understands
   */
  List<String> command(List<String> options);

  /**
   * Returns true for a program without the embedded database, the protocol akka and Java plugins.
   */
  boolean isNative();
}
