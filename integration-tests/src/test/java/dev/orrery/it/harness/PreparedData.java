package dev.orrery.it.harness;

import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Data directories with a migrated, empty database. Each kind is created once per run and copied
 * for every test: {@code initdb} and the migrations take seconds, a copy a tenth of a second.
 */
final class PreparedData {
  private static final Path DIRECTORY = Stack.work().resolve("prepared");
  private static final String ADMIN_TOKEN = "admin-token-of-the-prepared-database";

  /** The first scheduler records the main protocol; tests choose their own. */
  private static final String FORGET_MAIN_PROTOCOL = "delete from setting";

  private static final Duration STOPPED = Duration.ofSeconds(60);

  /** Uses only the JDK's classes, so that class archives can be created concurrently. */
  private static final String WITHOUT_CLASS_ARCHIVE = "-Xshare:auto";

  // A lock for each: whoever needs the one does not wait for the other to be made.
  private static final Object EMBEDDED = new Object();
  private static final Object EXTERNAL = new Object();

  private static Path embedded;
  private static Path external;

  private PreparedData() {}

  /** Copies the data directory of a scheduler with its embedded database. */
  static void copyEmbedded(Path target) {
    copy(embedded(), target);
  }

  /** Copies the data directory of a server that {@link Postgres} runs. */
  static void copyExternal(Path target) {
    copy(external(), target);
  }

  /** Ensures that the database's programs exist, which an embedded start unpacks. */
  static void unpack(Path programs) {
    synchronized (EMBEDDED) {
      if (!Files.exists(programs)) {
        embedded();
      }
    }
  }

  private static Path embedded() {
    synchronized (EMBEDDED) {
      if (embedded == null) {
        embedded = keep(migratedEmbedded(), "embedded");
      }
      return embedded;
    }
  }

  private static Path external() {
    synchronized (EXTERNAL) {
      if (external == null) {
        external = keep(migratedExternal(), "external");
      }
      return external;
    }
  }

  private static Path migratedEmbedded() {
    ClassArchives.makeMeanwhile();
    try (Stack stack = Stack.ownOnEmptyDirectory("prepared-embedded")) {
      ProgramProcess scheduler = stack.launchScheduler(WITHOUT_CLASS_ARCHIVE);
      stack.awaitScheduler();
      try (Connection connection = stack.connect()) {
        forgetMainProtocol(connection);
      }
      stop(scheduler);
      return stack.dataDir();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Migrates an external database, stops its server, and returns its directory. */
  private static Path migratedExternal() {
    try (Stack stack = Stack.ownOnEmptyDirectory("prepared-external");
        Postgres database = Postgres.create(stack.directory())) {
      List<String> options = new ArrayList<>(database.schedulerOptions(ADMIN_TOKEN));
      options.add(WITHOUT_CLASS_ARCHIVE);
      ProgramProcess scheduler = stack.launchScheduler(options.toArray(String[]::new));
      stack.awaitScheduler();
      try (Connection connection = database.connect()) {
        forgetMainProtocol(connection);
      }
      stop(scheduler);
      return database.directory();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(ProgramProcess scheduler) {
    scheduler.terminate();
    scheduler.awaitExit(STOPPED);
  }

  private static void forgetMainProtocol(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(FORGET_MAIN_PROTOCOL);
    }
  }

  /** Moves it out of the directory of the stack that created it. */
  private static Path keep(Path made, String name) {
    try {
      Files.createDirectories(DIRECTORY);
      Path kept = Files.createTempDirectory(DIRECTORY, name + "-").resolve("data");
      return Files.move(made, kept);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void copy(Path source, Path target) {
    try (Stream<Path> files = Files.walk(source)) {
      // A directory comes before what is in it.
      for (Path file : files.toList()) {
        // With the permissions of the original: PostgreSQL refuses a directory that others may
        // read.
        Files.copy(
            file, target.resolve(source.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
