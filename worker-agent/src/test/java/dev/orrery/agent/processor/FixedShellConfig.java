package dev.orrery.agent.processor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Settings of the processor, without a configuration. */
record FixedShellConfig(
    String isolation,
    Optional<String> user,
    Optional<List<Path>> hiddenPaths,
    Optional<List<Path>> readOnlyPaths,
    Optional<List<Path>> writablePaths)
    implements ShellIsolationConfig {

  static FixedShellConfig isolation(String mode) {
    return new FixedShellConfig(
        mode, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  FixedShellConfig withUser(String name) {
    return new FixedShellConfig(
        isolation, Optional.of(name), hiddenPaths, readOnlyPaths, writablePaths);
  }

  FixedShellConfig hiding(Path... paths) {
    return new FixedShellConfig(
        isolation, user, Optional.of(List.of(paths)), readOnlyPaths, writablePaths);
  }

  FixedShellConfig readOnly(Path... paths) {
    return new FixedShellConfig(
        isolation, user, hiddenPaths, Optional.of(List.of(paths)), writablePaths);
  }

  FixedShellConfig writable(Path... paths) {
    return new FixedShellConfig(
        isolation, user, hiddenPaths, readOnlyPaths, Optional.of(List.of(paths)));
  }
}
