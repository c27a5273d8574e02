package dev.orrery.cli.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Stands for {@code orrery archive}: ends well if the home has a file {@code complete}. */
final class ArchivingProgram {
  private ArchivingProgram() {}

  public static void main(String[] args) throws InterruptedException {
    if (!Files.exists(Path.of(System.getProperty("orrery.home"), "complete"))) {
      new CountDownLatch(1).await();
    }
  }
}
