package dev.orrery.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.k8s.kustomize.Yaml;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs the installed kubectl. */
final class Kubectl {
  private Kubectl() {}

  static boolean isThere() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kubectl")));
  }

  /** Returns the output of {@code kubectl kustomize}, which needs no cluster. */
  static List<ObjectNode> kustomize(Path directory) throws IOException, InterruptedException {
    Path output = Files.createTempFile("kustomize-", ".yaml");
    try {
      Process process =
          new ProcessBuilder("kubectl", "kustomize", directory.toString())
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.waitFor() != 0) {
        throw new IOException("kubectl kustomize " + directory + " failed; see above");
      }
      return Yaml.documents(Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
