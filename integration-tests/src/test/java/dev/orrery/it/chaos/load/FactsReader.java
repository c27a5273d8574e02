package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.check.Expected;
import dev.orrery.it.chaos.check.Facts;
import dev.orrery.it.chaos.check.Facts.Active;
import dev.orrery.it.chaos.check.Facts.ClientView;
import dev.orrery.it.chaos.check.Facts.Document;
import dev.orrery.it.chaos.check.Facts.EarlierAttempt;
import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Flow;
import dev.orrery.it.chaos.check.Facts.Node;
import dev.orrery.it.chaos.check.Facts.NodeRun;
import dev.orrery.it.chaos.check.Facts.Observed;
import dev.orrery.it.chaos.check.Facts.Part;
import dev.orrery.it.chaos.check.Facts.Trace;
import dev.orrery.it.chaos.check.Facts.Tree;
import dev.orrery.it.harness.Postgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the content of the database at the end. */
public final class FactsReader {
  private static final String STATE =
      """
      case state when 0 then 'SCHEDULED' when 1 then 'READY' when 2 then 'BLOCKED'
        when 3 then 'RUNNING' when 4 then 'AWAITING' when 10 then 'SUCCEEDED' when 11 then 'FAILED'
        when 12 then 'TIMED_OUT' when 13 then 'CANCELED' when 14 then 'SKIPPED'
        when 20 then 'LOST' when 21 then 'HANDED_BACK' end as state
      """;

  /** Joins the job and version of an instance. */
  private static final String OF_JOB =
      " join job j on j.id = i.job_id join app a on a.id = j.app_id"
          + " join job_version v on v.id = i.job_version_id";

  private static final String NAMES =
      "a.name || '/' || j.name as name, v.version,"
          + " coalesce(v.document -> 'parameters' ->> 'marker', '') as marker";

  private static final String ENDED =
      "select i.id, "
          + NAMES
          + ", i.parameters ->> 'batch' as batch, i.reason, i.attempt, i.reported,"
          + " i.fire_time, i.retry_of, coalesce(i.skipped_count, 0) as skipped_count, i.ended_at,"
          + " i.result, i.error, "
          + STATE
          + "from instance_history i"
          + OF_JOB;

  private static final String ENDED_PARTS =
      "select i.id, "
          + NAMES
          + ", null as batch, i.reason, i.attempt, i.reported, null::timestamptz as fire_time,"
          + " null::bigint as retry_of, 0 as skipped_count, i.ended_at, i.result, i.error, "
          + STATE
          + "from part_history i"
          + OF_JOB;

  private static final String TREES =
      "select instance_id, total, made, tolerated from parent_instance where not flow";

  private static final String PARTS =
      "select parent_id, id, part from part_history"
          + " union all select parent_id, id, part from instance where part is not null";

  /** A flow without nodes has a row without a name. */
  private static final String NODES =
      "select p.instance_id as flow_id, n.name, n.instance_id, n.reused, "
          + STATE
          + "from parent_instance p left join flow_node n on n.flow_id = p.instance_id"
          + " where p.flow";

  private static final String RUNS =
      "select parent_id, id, due_at, parameters ->> 'from' as taken from instance_history"
          + " where parent_id is not null union all"
          + " select parent_id, id, due_at, parameters ->> 'from' from instance"
          + " where parent_id is not null and part is null";

  private static final String ACTIVE =
      "select i.id, "
          + NAMES
          + ", i.parameters ->> 'batch' as batch, i.retry_of, "
          + STATE
          + "from instance i"
          + OF_JOB;

  private static final String EARLIER =
      "select instance_id, attempt, reported, error, " + STATE + "from attempt";

  private static final String EXPIRED =
      "select ended_at from worker_session where end_reason = 'EXPIRED'";

  private FactsReader() {}

  public static List<Instant> expired(Postgres database) throws SQLException {
    try (Connection connection = database.connect()) {
      return list(connection, EXPIRED, row -> instant(row, "ended_at"));
    }
  }

  /** The content of the tables at one moment. */
  public record Stored(
      Map<Long, Ended> ended,
      Map<Long, Active> active,
      List<EarlierAttempt> earlier,
      Map<Long, Document> documents,
      Map<Long, Tree> trees,
      Map<Long, Flow> flows) {

    public Facts facts(
        List<Job> jobs, ClientView clientView, List<Trace> traces, Observed observed) {
      return new Facts(
          jobs.stream()
              .flatMap(Job::promised)
              .collect(Collectors.toMap(Expected::job, Function.identity())),
          clientView,
          ended,
          active,
          earlier,
          documents,
          trees,
          flows,
          jobs.stream()
              .filter(job -> job.graph() != null)
              .collect(Collectors.toMap(Job::key, Job::graph)),
          traces,
          observed);
    }
  }

  /** Reads one snapshot, so that each instance is in exactly one table. */
  public static Stored stored(Postgres database) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      Map<Long, Ended> ended = new HashMap<>();
      Documents documents = new Documents(new HashMap<>(), new HashMap<>());
      list(connection, ENDED, row -> documents.with(row, ended(row, row.getString("name"))))
          .forEach(one -> ended.put(one.id(), one));
      list(
              connection,
              ENDED_PARTS,
              row -> documents.with(row, ended(row, row.getString("name") + Facts.PART)))
          .forEach(one -> ended.put(one.id(), one));
      Map<Long, Active> active = new HashMap<>();
      list(connection, ACTIVE, row -> documents.with(row, active(row)))
          .forEach(one -> active.put(one.id(), one));
      List<EarlierAttempt> earlier = list(connection, EARLIER, FactsReader::earlier);
      Map<Long, Tree> trees = trees(connection);
      Map<Long, Flow> flows = flows(connection);
      connection.rollback();
      return new Stored(ended, active, earlier, documents.byInstance(), trees, flows);
    }
  }

  private static Map<Long, Tree> trees(Connection connection) throws SQLException {
    Map<Long, List<Part>> parts = new HashMap<>();
    list(
        connection,
        PARTS,
        row ->
            parts
                .computeIfAbsent(row.getLong("parent_id"), first -> new ArrayList<>())
                .add(new Part(row.getLong("id"), row.getInt("part"))));
    Map<Long, Tree> trees = new HashMap<>();
    list(
        connection,
        TREES,
        row -> {
          long parent = row.getLong("instance_id");
          return trees.put(
              parent,
              new Tree(
                  row.getInt("total"),
                  row.getInt("made"),
                  row.getInt("tolerated"),
                  parts.getOrDefault(parent, List.of())));
        });
    return trees;
  }

  private static Map<Long, Flow> flows(Connection connection) throws SQLException {
    Map<Long, Flow> flows = new HashMap<>();
    list(
        connection,
        NODES,
        row -> {
          Flow flow =
              flows.computeIfAbsent(
                  row.getLong("flow_id"), first -> new Flow(new ArrayList<>(), new ArrayList<>()));
          return row.getString("name") != null && flow.nodes().add(node(row));
        });
    list(
        connection,
        RUNS,
        row -> {
          Flow flow = flows.get(row.getLong("parent_id"));
          return flow != null && flow.runs().add(run(row));
        });
    return flows;
  }

  private static Node node(ResultSet row) throws SQLException {
    return new Node(
        row.getString("name"),
        row.getString("state"),
        row.getObject("instance_id", Long.class),
        row.getBoolean("reused"));
  }

  private static NodeRun run(ResultSet row) throws SQLException {
    return new NodeRun(row.getLong("id"), instant(row, "due_at"), row.getString("taken"));
  }

  /** The documents of the rows; there are few documents, and many rows. */
  private record Documents(Map<Long, Document> byInstance, Map<Document, Document> each) {

    <T> T with(ResultSet row, T read) throws SQLException {
      Document document =
          new Document(row.getString("name"), row.getInt("version"), row.getString("marker"));
      byInstance.put(row.getLong("id"), each.computeIfAbsent(document, first -> first));
      return read;
    }
  }

  private interface Read<T> {
    T row(ResultSet row) throws SQLException;
  }

  private static <T> List<T> list(Connection connection, String query, Read<T> read)
      throws SQLException {
    List<T> all = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        all.add(read.row(rows));
      }
    }
    return all;
  }

  private static Ended ended(ResultSet row, String job) throws SQLException {
    return new Ended(
        row.getLong("id"),
        job,
        row.getString("batch"),
        row.getString("state"),
        row.getString("reason"),
        row.getInt("attempt"),
        row.getBoolean("reported"),
        instant(row, "fire_time"),
        row.getObject("retry_of", Long.class),
        row.getInt("skipped_count"),
        instant(row, "ended_at"),
        row.getString("result"),
        row.getString("error"));
  }

  private static Active active(ResultSet row) throws SQLException {
    return new Active(
        row.getLong("id"),
        row.getString("name"),
        row.getString("batch"),
        row.getString("state"),
        row.getObject("retry_of", Long.class));
  }

  private static EarlierAttempt earlier(ResultSet row) throws SQLException {
    return new EarlierAttempt(
        row.getLong("instance_id"),
        row.getInt("attempt"),
        row.getString("state"),
        row.getBoolean("reported"),
        row.getString("error"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
