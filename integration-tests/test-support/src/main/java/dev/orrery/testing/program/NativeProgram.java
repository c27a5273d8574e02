package dev.orrery.testing.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A native executable, which takes settings and its heap size as arguments.
 *
 * @param file the executable
 */
public record NativeProgram(Path file) implements Program {

  @Override
  public List<String> command(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(file.toString());
    options.stream().filter(NativeProgram::isUnderstood).forEach(command::add);
    return command;
  }

  private static boolean isUnderstood(String option) {
    return option.startsWith("-D") || option.startsWith("-Xmx");
  }

  @Override
  public boolean isNative() {
    return true;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
