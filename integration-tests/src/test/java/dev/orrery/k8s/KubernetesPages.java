package dev.orrery.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pages of docs/ about Kubernetes. */
public final class KubernetesPages {
  private static final Path DOCS = Overlay.ROOT.resolveSibling("docs");

  private KubernetesPages() {}

  public static String text() {
    try (Stream<Path> files = Files.list(DOCS)) {
      List<Path> pages =
          files
              .filter(file -> file.getFileName().toString().matches("kubernetes.*\\.md"))
              .sorted()
              .toList();
      StringBuilder text = new StringBuilder();
      for (Path page : pages) {
        text.append(Files.readString(page));
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
