package dev.orrery.scheduler.model.job;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orrery.scheduler.base.database.DatabaseCache;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.job.document.DocumentResult;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import dev.orrery.scheduler.model.job.document.TriggerDocument;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * A cache of job versions, which never change. A caller takes the key from the row or snapshot that
 * names the version, so the cache cannot return another version.
 */
@Startup
@ApplicationScoped
public class JobVersionCache implements DatabaseCache {
  private static final Logger LOG = Logger.getLogger(JobVersionCache.class);

  /**
   * Versions may take this fraction of the heap: 50 MB of 600 MB, about 40,000 typical versions.
   */
  private static final int PART_OF_HEAP = 12;

  /** In the order of the keys: the length of a document is known only after all of it was read. */
  private static final String LOAD =
      """
      select v.id, v.job_id, j.app_id, a.name as app, v.version, v.lane_id, v.part_lane_id, v.document, %s
      from unnest(?::bigint[]) with ordinality as s(id, n)
      join job_version v on v.id = s.id join job j on j.id = v.job_id join app a on a.id = j.app_id
      order by s.n
      """
          .formatted(JobVersionKey.CREATED);

  /** The maximum number of documents that one statement reads. */
  private static final int LOAD_BATCH_SIZE = 20;

  /**
   * The versions that one call loads: until their documents together have too many characters, and
   * at least one. Parsed, a document takes about two bytes for each character.
   */
  public enum Budget {
    /** More than the assignments of a claim may have. */
    CLAIM(Integer.MAX_VALUE, 9 * 1024 * 1024),
    /** A page of the API, on a connection of the read pool. */
    PAGE(Integer.MAX_VALUE, 2 * 1024 * 1024),
    /** One statement. */
    STEP(LOAD_BATCH_SIZE, Integer.MAX_VALUE);

    private final int maxVersions;
    private final int maxCharacters;

    Budget(int maxVersions, int maxCharacters) {
      this.maxVersions = maxVersions;
      this.maxCharacters = maxCharacters;
    }

    /** Returns how many documents as long as those read fit into what is left, within bounds. */
    private int nextStep(long read, int count) {
      return (int)
          Math.max(
              1, Math.min(LOAD_BATCH_SIZE, (maxCharacters - read) * count / Math.max(1, read)));
    }
  }

  private final EngineDatabase database;
  private final JobDocumentCodec documents;
  private final Cache<JobVersionKey, JobVersion> versions;
  private final Counter hits;
  private final Counter misses;

  public JobVersionCache(
      EngineDatabase database, JobDocumentCodec documents, MeterRegistry registry) {
    this.database = database;
    this.hits = lookups(registry, "hit");
    this.misses = lookups(registry, "miss");
    this.documents = documents;
    this.versions = ofAtMost(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  private static Counter lookups(MeterRegistry registry, String outcome) {
    return Counter.builder("orrery.job.versions.lookups")
        .description(
            "Job versions that this replica looked up in its memory; a miss reads the document from"
                + " the database")
        .tag("outcome", outcome)
        .register(registry);
  }

  /** Bounded by memory, because a document has from 200 bytes to 256 KiB. */
  static Cache<JobVersionKey, JobVersion> ofAtMost(long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((JobVersionKey key, JobVersion version) -> JobVersionWeight.of(version))
        .build();
  }

  /**
   * Loads versions as {@link #load(Connection, Collection, Budget)}, on a connection of its own if
   * any is not in the cache; blocks then.
   */
  public Map<JobVersionKey, JobVersion> load(Collection<JobVersionKey> keys, Budget budget) {
    Map<JobVersionKey, JobVersion> known = versions.getAllPresent(keys);
    if (known.keySet().containsAll(keys)) {
      hits.increment(known.size());
      return known;
    }
    return budget == Budget.PAGE
        ? database.read(connection -> load(connection, keys, budget))
        : database.autocommit(connection -> load(connection, keys, budget));
  }

  /**
   * Returns the cached versions, and the first of the others in the order of the keys, as many as
   * the budget allows. A version that is gone is returned as unreadable, so that it does not fail
   * the versions that are handled with it.
   *
   * @param connection a thread that holds a connection must not wait for a second one
   */
  public Map<JobVersionKey, JobVersion> load(
      Connection connection, Collection<JobVersionKey> keys, Budget budget) throws SQLException {
    Map<JobVersionKey, JobVersion> known = versions.getAllPresent(keys);
    hits.increment(known.size());
    if (known.keySet().containsAll(keys)) {
      return known;
    }
    Map<JobVersionKey, JobVersion> found = new HashMap<>(known);
    List<JobVersionKey> missing =
        keys.stream()
            .filter(key -> !known.containsKey(key))
            .distinct()
            .limit(budget.maxVersions)
            .toList();
    long characters = 0;
    int loaded = 0;
    int step = LOAD_BATCH_SIZE;
    while (loaded < missing.size() && characters <= budget.maxCharacters) {
      List<JobVersionKey> next = missing.subList(loaded, Math.min(loaded + step, missing.size()));
      misses.increment(next.size());
      for (Loaded row : read(connection, next)) {
        characters += row.characters();
        if (characters > budget.maxCharacters && found.size() > known.size()) {
          return found;
        }
        logUnreadable(row.version());
        versions.put(row.key(), row.version());
        found.put(row.key(), row.version());
      }
      next.forEach(key -> found.computeIfAbsent(key, this::gone));
      loaded += next.size();
      step = budget.nextStep(characters, loaded);
    }
    return found;
  }

  /**
   * Returns a small part of each version, by key. Holds the documents of one statement at a time,
   * so that any number of large documents is safe.
   *
   * @param part must not refer to the document
   */
  public <T> Map<JobVersionKey, T> parts(
      Connection connection, Set<JobVersionKey> keys, Function<JobVersion, T> part)
      throws SQLException {
    Map<JobVersionKey, T> parts = new HashMap<>();
    Collection<JobVersionKey> left = keys;
    while (!left.isEmpty()) {
      load(connection, left, Budget.STEP)
          .forEach((key, version) -> parts.put(key, part.apply(version)));
      left =
          parts.keySet().containsAll(keys)
              ? Set.of()
              : keys.stream().filter(key -> !parts.containsKey(key)).toList();
    }
    return parts;
  }

  /**
   * Replaces a version whose row was deleted by hand. It is not cached, because the row may return.
   */
  private JobVersion gone(JobVersionKey key) {
    JobDocument document = documents.read("{\"name\":\"unknown\"}").document();
    return new JobVersion(
        key.id(), 0, 0, "unknown", 1, 0, null, document, Map.of(), null, "its version is gone");
  }

  @Override
  public void forget() {
    versions.invalidateAll();
  }

  private record Loaded(JobVersionKey key, JobVersion version, int characters) {}

  private List<Loaded> read(Connection connection, List<JobVersionKey> keys) throws SQLException {
    return SqlStatement.of(connection, LOAD)
        .bigints(keys.stream().map(JobVersionKey::id).toList())
        .list(
            row ->
                new Loaded(
                    new JobVersionKey(row.getLong("id"), row.getLong("version_created")),
                    readRow(row),
                    row.getString("document").length()));
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
        SqlStatement.nullableInt(row, "part_lane_id"),
        document,
        Map.copyOf(document.parameters()),
        document.triggerIfAny().map(TriggerDocument::toTrigger).orElse(null),
        stored.unreadable());
  }

  /** Logs once for each version, because it never changes and stays in the cache. */
  private static void logUnreadable(JobVersion version) {
    if (!version.isReadable()) {
      LOG.warnf(
          "This release cannot read a job version; not starting its runs on this replica:"
              + " app=%s job=%s version=%d: %s",
          version.app(), version.name(), version.version(), version.unreadable());
    }
  }
}
