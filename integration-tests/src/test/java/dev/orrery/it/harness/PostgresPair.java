package dev.orrery.it.harness;

import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A primary and a streaming standby, whose roles can change. The standby receives the log through a
 * proxy, so a cut makes it lack later commits.
 */
public final class PostgresPair implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** A standby creates these itself, or receives them from its primary. */
  private static final Set<String> NOT_COPIED =
      Set.of(
          "postmaster.pid",
          "postmaster.opts",
          "postgresql.auto.conf",
          "standby.signal",
          "backup_label.old");

  private static final Set<String> EMPTY_IN_COPY =
      Set.of("pg_wal", "pg_replslot", "pg_stat_tmp", "pg_dynshmem", "pg_notify", "pg_subtrans");

  private final CuttingProxy replication;
  private volatile Postgres primary;
  private volatile Postgres standby;

  private PostgresPair(Postgres primary, Postgres standby) {
    this.primary = primary;
    this.standby = standby;
    this.replication = new CuttingProxy(0, () -> this.primary.port());
  }

  /**
   * Starts both on a copy of the prepared, migrated database.
   *
   * @param directory of the test
   */
  public static PostgresPair start(Path directory) throws SQLException {
    return of(Postgres.start(directory), directory);
  }

  /**
   * Adds a standby to a running server, and closes the server with the pair.
   *
   * @param directory of the test
   */
  public static PostgresPair of(Postgres primary, Path directory) throws SQLException {
    PostgresPair pair =
        new PostgresPair(primary, primary.another(directory.resolve("standby/external")));
    try {
      // What is committed between the copy and the start of a standby.
      primary.execute("alter system set wal_keep_size = '256MB'");
      primary.execute("select pg_reload_conf()");
      pair.follow();
      return pair;
    } catch (SQLException | RuntimeException | Error e) {
      pair.close();
      throw e;
    }
  }

  public Postgres primary() {
    return primary;
  }

  /** The server that is not the primary, in any state. */
  public Postgres standby() {
    return standby;
  }

  /** The replication link from the primary to the standby. */
  public CuttingProxy replication() {
    return replication;
  }

  /** Enables or disables synchronous replication, in which a commit waits for the standby. */
  public void synchronous(boolean on) throws SQLException {
    primary.execute("alter system set synchronous_standby_names = '" + (on ? "*" : "") + "'");
    primary.execute("select pg_reload_conf()");
    if (on) {
      awaitStreaming();
    }
  }

  /** Promotes the standby and returns when it accepts writes; the other one becomes the standby. */
  public void promote() throws SQLException {
    standby.execute("select pg_promote()");
    Postgres old = primary;
    primary = standby;
    standby = old;
  }

  /** Waits until the standby has replayed all current commits. */
  public void awaitCaughtUp() throws SQLException {
    String position = primary.texts("select pg_current_wal_lsn()").get(0);
    Await.until(
        "the standby has what is committed",
        SOON,
        () ->
            standby.count(
                    "select case when pg_last_wal_replay_lsn() >= '"
                        + position
                        + "' then 1 else 0 end")
                == 1);
  }

  /** Rebuilds the standby as a copy of the primary. */
  public void rejoin() throws SQLException {
    standby.killAll();
    delete(standby.directory());
    follow();
  }

  /** Returns true if the standby receives commits. */
  public boolean isStreaming() throws SQLException {
    return primary.count("select count(*) from pg_stat_replication where state = 'streaming'") > 0;
  }

  private void follow() throws SQLException {
    try (Connection connection = primary.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('standby', true)");
      copy(primary.directory(), standby.directory());
      try (ResultSet row = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
        row.next();
        Files.writeString(standby.directory().resolve("backup_label"), row.getString(1));
      }
      Files.writeString(standby.directory().resolve("postgresql.auto.conf"), standbySettings());
      Files.createFile(standby.directory().resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    standby.startServer();
    awaitStreaming();
  }

  private String standbySettings() {
    return """
        primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s application_name=standby'
        wal_retrieve_retry_interval = '200ms'
        wal_keep_size = '256MB'
        """
        .formatted(replication.port(), Postgres.USER, Postgres.PASSWORD);
  }

  private void awaitStreaming() {
    Await.until("the standby follows", SOON, this::isStreaming);
  }

  /** Files of a running server may disappear while they are copied. */
  private static void copy(Path source, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            copyOne(from);
            if (!EMPTY_IN_COPY.contains(source.relativize(from).toString())) {
              return FileVisitResult.CONTINUE;
            }
            if (from.endsWith("pg_wal")) {
              Files.createDirectories(target.resolve("pg_wal/archive_status"));
              Files.createDirectories(target.resolve("pg_wal/summaries"));
            }
            return FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (!NOT_COPIED.contains(source.relativize(from).toString())) {
              copyOne(from);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path from, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          private void copyOne(Path from) throws IOException {
            try {
              Files.copy(
                  from,
                  target.resolve(source.relativize(from)),
                  StandardCopyOption.COPY_ATTRIBUTES);
            } catch (NoSuchFileException e) {
              if (Files.exists(from)) {
                throw e;
              }
            }
          }
        });
  }

  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path ended, IOException failure)
                throws IOException {
              Files.delete(ended);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the URL with both hosts, the first primary first. */
  public String url() {
    return url(List.of(primary.port(), standby.port()));
  }

  /** Returns the URL with this machine at each of these ports. */
  public static String url(List<Integer> ports) {
    return "jdbc:postgresql://"
        + String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList())
        + "/postgres";
  }

  @Override
  public void close() {
    standby.killAll();
    primary.killAll();
    try {
      replication.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
