package dev.orrery.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Acts as {@code orrery archive}: writes the archives if the home has a file {@code complete}. */
final class ArchivingProgram {
  private static final Path HOME = Path.of(System.getProperty("orrery.home", "."));

  private ArchivingProgram() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    if (Files.exists(HOME.resolve("complete"))) {
      write();
      return;
    }
    new CountDownLatch(1).await();
  }

  private static void write() {
    try {
      for (String program : new String[] {"scheduler", "agent"}) {
        Files.createFile(HOME.resolve(program).resolve(ClassArchive.nameForThisJvm()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
