package dev.orrery.scheduler.engine.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.Fence;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Stores and reads the log lines of attempts. */
@ApplicationScoped
class LogStore {
  /**
   * Finds the attempts that still run in their session, with the stored bytes of the requested
   * ones. An attempt that writes a line a second for a day has 86,400 chunks, so not every call
   * sums all of them.
   */
  private static final String OWNED =
      """
      select r.id, r.attempt, r.session_id,
        case when r.summed then coalesce((select sum(c.bytes) from log_chunk c
          where c.instance_id = r.id and c.attempt = r.attempt), 0) end as bytes
      from unnest(?::bigint[], ?::integer[], ?::uuid[], ?::boolean[])
        as r(id, attempt, session_id, summed)
      join instance i on i.id = r.id and i.attempt = r.attempt and i.session_id = r.session_id
        and i.state::integer = :RUNNING
      """
          .transform(StateCode::resolve);

  /**
   * Finds attempts of PowerJob workers that ended in the last minute: such a worker sends its last
   * lines up to five seconds after the report. Asked only for attempts that do not run. Subqueries
   * for a value are always index lookups; for {@code exists}, PostgreSQL 18 reads whole tables if
   * it planned the statement while they were small.
   */
  private static final String LATE =
      """
      select r.id, r.attempt, r.session_id, coalesce((select sum(c.bytes) from log_chunk c
        where c.instance_id = r.id and c.attempt = r.attempt), 0) as bytes
      from unnest(?::bigint[], ?::integer[], ?::uuid[]) as r(id, attempt, session_id)
      join worker_session s on s.id = r.session_id and s.dialect = 'powerjob'
      where statement_timestamp() - interval '1 minute' < coalesce(
        (select h.ended_at from instance_history h where h.id = r.id and h.attempt = r.attempt
          and h.session_id = r.session_id),
        (select a.ended_at from attempt a where a.instance_id = r.id and a.attempt = r.attempt
          and a.session_id = r.session_id))
      """;

  /** A resent chunk has the same number, so the primary key drops the copy. */
  private static final String INSERT =
      """
      insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)
      select c.id, c.attempt, c.sequence, c.last_sequence, c.bytes,
        (select jsonb_agg(jsonb_build_object(
            'at', (extract(epoch from statement_timestamp()) * 1000)::bigint - (line ->> 'age')::bigint,
            'stream', line ->> 'stream', 'text', line ->> 'text') order by place)
         from jsonb_array_elements(c.lines::jsonb) with ordinality as l(line, place))
      from unnest(?::bigint[], ?::integer[], ?::integer[], ?::integer[], ?::integer[], ?::text[])
        as c(id, attempt, sequence, last_sequence, bytes, lines)
      order by c.id, c.attempt, c.sequence
      on conflict do nothing
      """;

  /** As {@link #INSERT}; returns what is not there yet. */
  private static final String INSERT_RETURNING =
      INSERT + " returning instance_id as id, attempt, sequence";

  /** The number of the next line of each attempt, by the place of the attempt. */
  private static final String NEXT =
      """
      select coalesce((select max(c.last_sequence) + 1 from log_chunk c
          where c.instance_id = r.id and c.attempt = r.attempt
            and c.last_sequence < 2147483647), 0) as sequence
      from unnest(?::bigint[], ?::integer[]) with ordinality as r(id, attempt, place)
      order by r.place
      """;

  /**
   * Inserts a note after all lines that may still arrive. No attempt writes a line with this
   * number.
   */
  private static final String MARK_INCOMPLETE =
      """
      insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)
      select r.id, r.attempt, 2147483647, 2147483647, 0, jsonb_build_array(jsonb_build_object(
        'at', (extract(epoch from statement_timestamp()) * 1000)::bigint, 'stream', 'orrery',
        'text', ?::text))
      from unnest(?::bigint[], ?::integer[]) as r(id, attempt)
      on conflict do nothing
      """;

  /**
   * The size of a line in a response besides its text: the names of its fields, its time and its
   * numbers. An empty line has this size.
   */
  private static final int LINE_FIELDS = 64;

  /**
   * Begins at the last chunk that starts before the position, because it may contain later lines.
   * The index finds that chunk in a log of any length. The sizes are in separate columns, so no
   * lines are read beyond the page.
   */
  private static final String READ =
      """
      with place as (
        select ?::bigint as id, ?::integer as only_attempt, ?::integer as attempt, ?::integer as sequence
      ), first as (
        select c.attempt, c.sequence from log_chunk c, place p
        where c.instance_id = p.id and (c.attempt, c.sequence) <= (p.attempt, p.sequence)
        order by c.attempt desc, c.sequence desc limit 1
      ), page as (
        select c.attempt, c.sequence, c.lines, coalesce(sum(
            c.bytes + %d * (c.last_sequence - c.sequence + 1)) over (
            order by c.attempt, c.sequence rows between unbounded preceding and 1 preceding), 0)
          as bytes_before
        from (
          select c.* from log_chunk c, place p
          where c.instance_id = p.id and c.attempt = coalesce(p.only_attempt, c.attempt)
            and (c.attempt, c.sequence)
              >= (coalesce((select attempt from first), 0), coalesce((select sequence from first), 0))
            and (c.attempt, c.last_sequence) > (p.attempt, p.sequence)
          order by c.attempt, c.sequence
          limit ?
        ) c
      )
      select attempt, sequence, lines from page where bytes_before < ? order by attempt, sequence
      """
          .formatted(LINE_FIELDS);

  private final EngineDatabase database;
  private final ObjectMapper json;

  LogStore(EngineDatabase database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /**
   * Returns the attempts that run in their session; others are absent.
   *
   * @param summed attempts whose stored bytes are read; the value of the others is empty
   */
  Map<Fence, OptionalLong> ownedBytes(Collection<Fence> fences, Set<Fence> summed) {
    Map<Fence, OptionalLong> owned = new HashMap<>();
    database.autocommit(
        connection ->
            SqlStatement.of(connection, OWNED)
                .bigints(fences.stream().map(fence -> fence.attempt().instance()).toList())
                .ints(fences.stream().map(fence -> fence.attempt().attempt()).toList())
                .uuids(fences.stream().map(Fence::session).toList())
                .booleans(fences.stream().map(summed::contains).toList())
                .list(row -> owned.put(Fence.read(row), bytes(row))));
    List<Fence> others = fences.stream().filter(fence -> !owned.containsKey(fence)).toList();
    if (!others.isEmpty()) {
      database.autocommit(
          connection ->
              SqlStatement.of(connection, LATE)
                  .bigints(others.stream().map(fence -> fence.attempt().instance()).toList())
                  .ints(others.stream().map(fence -> fence.attempt().attempt()).toList())
                  .uuids(others.stream().map(Fence::session).toList())
                  .list(row -> owned.put(Fence.read(row), bytes(row))));
    }
    return owned;
  }

  private static OptionalLong bytes(ResultSet row) throws SQLException {
    Long bytes = SqlStatement.nullableLong(row, "bytes");
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  void insert(List<Chunk> chunks) {
    database.autocommit(connection -> with(SqlStatement.of(connection, INSERT), chunks).update());
  }

  private SqlStatement with(SqlStatement insert, List<Chunk> chunks) {
    return insert
        .bigints(chunks.stream().map(Chunk::instance).toList())
        .ints(chunks.stream().map(Chunk::attempt).toList())
        .ints(chunks.stream().map(Chunk::sequence).toList())
        .ints(chunks.stream().map(LogLimits::lastSequence).toList())
        .ints(chunks.stream().map(LogLimits::bytes).toList())
        .texts(chunks.stream().map(this::lines).toList());
  }

  /**
   * Stores lines without numbers behind the last lines of their attempts.
   *
   * @param unnumbered chunks whose sequence is not used
   * @return the chunks of attempts to which another replica has written meanwhile: none of an
   *     attempt is stored then
   */
  List<Chunk> append(List<Chunk> unnumbered) {
    Map<AttemptRef, List<Chunk>> byAttempt = new LinkedHashMap<>();
    unnumbered.forEach(
        chunk -> byAttempt.computeIfAbsent(chunk.ref(), ref -> new ArrayList<>()).add(chunk));
    List<AttemptRef> attempts = List.copyOf(byAttempt.keySet());
    return database.transaction(
        connection -> {
          List<Chunk> first = new ArrayList<>();
          Map<AttemptRef, List<Chunk>> others = new LinkedHashMap<>();
          Iterator<Integer> next = next(connection, attempts).iterator();
          for (AttemptRef attempt : attempts) {
            List<Chunk> numbered = numbered(byAttempt.get(attempt), next.next());
            first.add(numbered.get(0));
            others.put(attempt, numbered.subList(1, numbered.size()));
          }
          // Another writer of an attempt has the same first number: it waits here, or comes first.
          Set<AttemptRef> stored =
              Set.copyOf(
                  with(SqlStatement.of(connection, INSERT_RETURNING), first)
                      .list(row -> new AttemptRef(row.getLong("id"), row.getInt("attempt"))));
          List<Chunk> behind = stored.stream().flatMap(ref -> others.get(ref).stream()).toList();
          if (!behind.isEmpty()) {
            with(SqlStatement.of(connection, INSERT), behind).update();
          }
          return unnumbered.stream().filter(chunk -> !stored.contains(chunk.ref())).toList();
        });
  }

  private static List<Integer> next(Connection connection, List<AttemptRef> attempts)
      throws SQLException {
    return SqlStatement.of(connection, NEXT)
        .bigints(attempts.stream().map(AttemptRef::instance).toList())
        .ints(attempts.stream().map(AttemptRef::attempt).toList())
        .list(row -> row.getInt("sequence"));
  }

  private static List<Chunk> numbered(List<Chunk> chunks, int first) {
    List<Chunk> numbered = new ArrayList<>();
    int next = first;
    for (Chunk chunk : chunks) {
      numbered.add(new Chunk(chunk.instance(), chunk.attempt(), next, chunk.lines()));
      next += chunk.lines().size();
    }
    return numbered;
  }

  void markIncomplete(List<AttemptRef> attempts, String text) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, MARK_INCOMPLETE)
                .with(text)
                .bigints(attempts.stream().map(AttemptRef::instance).toList())
                .ints(attempts.stream().map(AttemptRef::attempt).toList())
                .update());
  }

  private String lines(Chunk chunk) {
    ArrayNode lines = json.createArrayNode();
    for (Line line : chunk.lines()) {
      lines
          .addObject()
          .put("age", Math.max(0, line.ageMillis()))
          .put("stream", LogLimits.storable(line.stream()))
          .put("text", LogLimits.storable(line.text()));
    }
    return lines.toString();
  }

  /** The limit of one read; the chunk that exceeds the bytes is the last one. */
  record Limit(int chunks, int bytes) {}

  /**
   * Returns the lines after a position, by (attempt, sequence).
   *
   * @param attempt null means all attempts
   */
  List<LogLine> read(long instance, Integer attempt, LogCursor after, Limit limit) {
    return database
        .read(
            connection ->
                SqlStatement.of(connection, READ)
                    .with(instance)
                    .withInt(attempt)
                    .with(after.attempt())
                    .with(after.sequence())
                    .with(limit.chunks())
                    .with(limit.bytes())
                    .list(this::readLines))
        .stream()
        .flatMap(List::stream)
        .filter(after::isBefore)
        .collect(Collectors.toList());
  }

  private List<LogLine> readLines(ResultSet row) throws SQLException {
    int attempt = row.getInt("attempt");
    int sequence = row.getInt("sequence");
    List<LogLine> lines = new ArrayList<>();
    try {
      for (JsonNode line : json.readTree(row.getString("lines"))) {
        lines.add(
            new LogLine(
                attempt,
                sequence++,
                Instant.ofEpochMilli(line.get("at").asLong()),
                line.get("stream").asText(),
                line.get("text").asText()));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Stored log lines cannot be read", e);
    }
    return lines;
  }
}
