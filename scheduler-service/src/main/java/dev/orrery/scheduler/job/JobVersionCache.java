package dev.orrery.scheduler.job;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.job.document.DocumentResult;
import dev.orrery.scheduler.job.document.JobDocument;
import dev.orrery.scheduler.job.document.JobDocumentCodec;
import dev.orrery.scheduler.job.document.TriggerDocument;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * A cache of job versions, which never change. A caller takes the key from the row or snapshot that
 * names the version, so the cache cannot return another version.
 */
@ApplicationScoped
public class JobVersionCache {
  private static final Logger LOG = Logger.getLogger(JobVersionCache.class);

  /**
   * Versions may take this fraction of the heap: 50 MB of 600 MB, about 40,000 typical versions.
   */
  private static final int PART_OF_HEAP = 12;

  private static final String LOAD =
      """
      select v.id, v.job_id, j.app_id, a.name as app, v.version, v.lane_id, v.document, %s
      from job_version v join job j on j.id = v.job_id join app a on a.id = j.app_id
      where v.id = any(?)
      """
          .formatted(JobVersionKey.CREATED);

  /**
   * The most versions that {@link #getSome} loads, and the most characters; at least one version.
   */
  private static final int LOADED_AT_ONCE = 200;

  /** 20 ms of a transaction for which the fires of all apps wait. */
  private static final int CHARACTERS_AT_ONCE = 512 * 1024;

  /** The documents of the first fetch. The server reads and sends all of a fetch. */
  private static final int FIRST_PIECE = 2;

  /** The most documents of a fetch: the next one may be longer than those before. */
  private static final int MAX_PIECE = 10;

  /** The length of a document is known only after all of it was read. */
  private static final String LOAD_IN_ORDER =
      """
      select v.id, v.job_id, j.app_id, a.name as app, v.version, v.lane_id, v.document, %s
      from unnest(?::bigint[]) with ordinality as s(id, n)
      join job_version v on v.id = s.id join job j on j.id = v.job_id join app a on a.id = j.app_id
      order by s.n
      """
          .formatted(JobVersionKey.CREATED);

  /** The most versions that one statement loads in steps: up to 5 MiB of documents. */
  private static final int STEP = 20;

  /** {@link #read} stops after the statement that exceeds it. */
  private static final int MAX_READ_BYTES = 4 * 1024 * 1024;

  /** {@link #getFirst} stops after the statement that exceeds it. */
  private static final int MAX_FIRST_BYTES = 16 * 1024 * 1024;

  private final EngineDatabase database;
  private final JobDocumentCodec documents;
  private final Cache<JobVersionKey, JobVersion> versions;

  public JobVersionCache(EngineDatabase database, JobDocumentCodec documents) {
    this.database = database;
    this.documents = documents;
    this.versions = ofAtMost(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /** Bounded by memory, because a document has from 200 bytes to 256 KiB. */
  static Cache<JobVersionKey, JobVersion> ofAtMost(long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((JobVersionKey key, JobVersion version) -> JobVersionWeight.of(version))
        .build();
  }

  /**
   * Returns versions by key. Blocks for statements if versions are not in the cache. If these would
   * take too much memory together, the last ones are left out. The first one is always present.
   *
   * @param keys distinct
   */
  public Map<JobVersionKey, JobVersion> getFirst(List<JobVersionKey> keys) {
    return getInSteps(
        keys, missing -> database.autocommit(c -> loadInSteps(c, missing, MAX_FIRST_BYTES)));
  }

  /**
   * Returns versions by key for an API call that only reads, loaded on one connection of the read
   * pool. If all versions together would take too much memory, the last ones are left out. The
   * first one is always present.
   */
  public Map<JobVersionKey, JobVersion> read(Collection<JobVersionKey> keys) {
    return getInSteps(
        keys.stream().distinct().toList(),
        missing -> database.read(c -> loadInSteps(c, missing, MAX_READ_BYTES)));
  }

  private Map<JobVersionKey, JobVersion> getInSteps(
      List<JobVersionKey> keys,
      Function<List<JobVersionKey>, Map<JobVersionKey, JobVersion>> load) {
    Map<JobVersionKey, JobVersion> known = versions.getAllPresent(keys);
    if (known.size() == keys.size()) {
      return known;
    }
    Map<JobVersionKey, JobVersion> found = new HashMap<>(known);
    found.putAll(load.apply(keys.stream().filter(key -> !known.containsKey(key)).toList()));
    return found;
  }

  private Map<JobVersionKey, JobVersion> loadInSteps(
      Connection connection, List<JobVersionKey> keys, int mostBytes) throws SQLException {
    Map<JobVersionKey, JobVersion> loaded = new HashMap<>();
    long bytes = 0;
    for (int from = 0; from < keys.size() && bytes < mostBytes; from += STEP) {
      Map<JobVersionKey, JobVersion> step = getAll(connection, step(keys, from));
      bytes += step.values().stream().mapToLong(JobVersionWeight::of).sum();
      loaded.putAll(step);
    }
    return loaded;
  }

  private static List<JobVersionKey> step(List<JobVersionKey> keys, int from) {
    return keys.subList(from, Math.min(from + STEP, keys.size()));
  }

  /**
   * Returns a small part of each version, by key. Loads the versions in steps on the given
   * connection, and holds the documents of one step at a time, so that any number of large
   * documents is safe. A version that is gone is unreadable, as for {@link #getAll}.
   *
   * @param part must not refer to the document
   */
  public <T> Map<JobVersionKey, T> getParts(
      Connection connection, Set<JobVersionKey> keys, Function<JobVersion, T> part)
      throws SQLException {
    Map<JobVersionKey, T> parts = new HashMap<>();
    versions.getAllPresent(keys).forEach((key, known) -> parts.put(key, part.apply(known)));
    List<JobVersionKey> missing = keys.stream().filter(key -> !parts.containsKey(key)).toList();
    for (int from = 0; from < missing.size(); from += STEP) {
      getAll(connection, step(missing, from))
          .forEach((key, loaded) -> parts.put(key, part.apply(loaded)));
    }
    return parts;
  }

  /**
   * Returns versions by key, with at most one statement, on the given connection: a thread that
   * holds a connection must not wait for a second one. A version that is gone is returned as
   * unreadable, so that it does not fail the versions that are handled with it. The documents of
   * all versions are in memory at the same time, so the caller limits their number.
   */
  public Map<JobVersionKey, JobVersion> getAll(
      Connection connection, Collection<JobVersionKey> keys) throws SQLException {
    Map<JobVersionKey, JobVersion> found =
        find(
            keys,
            missing -> SqlStatement.of(connection, LOAD).bigints(missing).list(this::readLoaded));
    keys.forEach(key -> found.computeIfAbsent(key, this::gone));
    return found;
  }

  /**
   * Replaces a version whose row was deleted by hand. It is not cached, because the row may return.
   */
  private JobVersion gone(JobVersionKey key) {
    JobDocument document = documents.read("{\"name\":\"unknown\"}").document();
    return new JobVersion(key.id(), 0, 0, "unknown", 1, 0, document, null, "its version is gone");
  }

  /**
   * Returns the cached versions, and the first of the others in this order: as many as can be
   * loaded together without taking too much memory, and at least one.
   *
   * @param connection in a transaction
   */
  public Map<JobVersionKey, JobVersion> getSome(Connection connection, List<JobVersionKey> keys)
      throws SQLException {
    return find(keys, missing -> loadFirst(connection, missing));
  }

  private List<Loaded> loadFirst(Connection connection, List<Long> missing) throws SQLException {
    List<Loaded> loaded = new ArrayList<>();
    AtomicInteger characters = new AtomicInteger();
    SqlStatement.of(connection, LOAD_IN_ORDER)
        .bigints(missing.stream().limit(LOADED_AT_ONCE).toList())
        .visit(
            FIRST_PIECE,
            row -> {
              int read = characters.addAndGet(row.getString("document").length());
              boolean fits = read <= CHARACTERS_AT_ONCE;
              if (fits || loaded.isEmpty()) {
                loaded.add(readLoaded(row));
              }
              return fits ? nextPiece(read, loaded.size()) : 0;
            });
    return loaded;
  }

  /** Returns how many documents as long as those read fit into what is left, within bounds. */
  private static int nextPiece(int read, int count) {
    int fitting = (int) ((long) (CHARACTERS_AT_ONCE - read) * count / read);
    return Math.max(1, Math.min(MAX_PIECE, fitting));
  }

  /** Removes all versions from the cache. */
  public void forget() {
    versions.invalidateAll();
  }

  private interface Load {
    List<Loaded> of(List<Long> missing) throws SQLException;
  }

  private record Loaded(JobVersionKey key, JobVersion version) {}

  private Map<JobVersionKey, JobVersion> find(Collection<JobVersionKey> keys, Load load)
      throws SQLException {
    Map<JobVersionKey, JobVersion> found = new HashMap<>(versions.getAllPresent(keys));
    List<Long> missing =
        keys.stream().filter(key -> !found.containsKey(key)).map(JobVersionKey::id).toList();
    if (missing.isEmpty()) {
      return found;
    }
    for (Loaded row : load.of(missing)) {
      logUnreadable(row.version());
      versions.put(row.key(), row.version());
      found.put(row.key(), row.version());
    }
    return found;
  }

  private Loaded readLoaded(ResultSet row) throws SQLException {
    return new Loaded(
        new JobVersionKey(row.getLong("id"), row.getLong("version_created")), readRow(row));
  }

  private JobVersion readRow(ResultSet row) throws SQLException {
    DocumentResult stored = documents.read(row.getString("document"));
    JobDocument document = stored.document();
    return new JobVersion(
        row.getLong("id"),
        row.getLong("job_id"),
        row.getInt("app_id"),
        row.getString("app"),
        row.getInt("version"),
        row.getInt("lane_id"),
        document,
        document.triggerIfAny().map(TriggerDocument::toTrigger).orElse(null),
        stored.unreadable());
  }

  /** Logs once for each version, because it never changes and stays in the cache. */
  private static void logUnreadable(JobVersion version) {
    if (!version.isReadable()) {
      LOG.warnf(
          "This release cannot read a version of a job; the job does not fire or start here:"
              + " app=%s job=%s version=%d: %s",
          version.app(), version.name(), version.version(), version.unreadable());
    }
  }
}
