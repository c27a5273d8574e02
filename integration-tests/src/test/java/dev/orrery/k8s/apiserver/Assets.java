package dev.orrery.k8s.apiserver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of a control plane, in the directory of {@code setup-envtest}.
 *
 * @param kubectl from the same directory, otherwise from the search path
 * @param controllerManager not included in envtest
 */
record Assets(Path etcd, Path apiServer, Path kubectl, Optional<Path> controllerManager) {
  static final String VARIABLE = "KUBEBUILDER_ASSETS";

  private static final Path USUAL = Path.of("/usr/local/kubebuilder/bin");

  private static final List<String> REQUIRED = List.of("etcd", "kube-apiserver");

  /** Returns the programs of this machine; skips the test with a message if there are none. */
  static Assets orSkip(Class<?> test) {
    Optional<Assets> found =
        find(
            Optional.ofNullable(System.getenv(VARIABLE)).filter(value -> !value.isBlank()),
            USUAL,
            System.getenv().getOrDefault("PATH", ""));
    if (found.isEmpty()) {
      System.out.println("SKIPPED " + test.getSimpleName() + ": " + absent());
    }
    assumeTrue(found.isPresent(), Assets::absent);
    return found.orElseThrow();
  }

  private static String absent() {
    return "no etcd and kube-apiserver; set " + VARIABLE + " to the directory that has them";
  }

  /**
   * Searches the configured directory, or the default one if none is configured.
   *
   * @param path directories in which to search kubectl, as in the variable {@code PATH}
   * @throws IllegalStateException if the configured directory lacks a program, or kubectl is
   *     missing: a typing error must not skip a configured test
   */
  static Optional<Assets> find(Optional<String> configured, Path usual, String path) {
    Path directory = configured.map(Path::of).orElse(usual);
    for (String program : REQUIRED) {
      if (executable(directory, program).isEmpty()) {
        if (configured.isPresent()) {
          throw new IllegalStateException(
              VARIABLE + "=" + directory + " has no executable " + program);
        }
        return Optional.empty();
      }
    }
    Path kubectl =
        Stream.concat(
                Stream.of(directory),
                Arrays.stream(path.split(File.pathSeparator))
                    .filter(s -> !s.isEmpty())
                    .map(Path::of))
            .flatMap(each -> executable(each, "kubectl").stream())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "kubectl is neither in " + directory + " nor on PATH"));
    return Optional.of(
        new Assets(
            directory.resolve("etcd"),
            directory.resolve("kube-apiserver"),
            kubectl,
            executable(directory, "kube-controller-manager")));
  }

  private static Optional<Path> executable(Path directory, String program) {
    Path file = directory.resolve(program);
    return Files.isRegularFile(file) && Files.isExecutable(file)
        ? Optional.of(file)
        : Optional.empty();
  }
}
