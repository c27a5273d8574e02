package dev.orrery.scheduler.powerjob.app;

import dev.orrery.powerjob.WorkerSelector;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.http.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads and writes the apps that are open to PowerJob workers. */
@ApplicationScoped
public class OpenedAppStore {
  static final int MAX_APPS = 10_000;

  /** Of an app; the newest are kept. */
  private static final int MAX_SELECTORS = 1_000;

  /** A lane is never removed, so runs of earlier versions of a job are served, too. */
  private static final String LANES =
      """
      exists (select from lane l where l.app_id = p.app_id and l.processor = '%s')
          as runs_heavy_jobs,
        array(
          select tag from (
            select tag, max(l.id) as newest
            from lane l cross join unnest(l.tags) as tag
            where l.app_id = p.app_id and (starts_with(tag, '%s') or starts_with(tag, '%s'))
            group by tag order by newest desc limit %d
          ) newest) as selectors
      """
          .formatted(
              ProcessorSpec.POWERJOB_HEAVY,
              ProcessorSpec.PowerJob.DESIGNATED_TAG,
              ProcessorSpec.PowerJob.SPECIFIED_TAG,
              MAX_SELECTORS)
          .strip();

  private static final String LIST =
      """
      select p.app_id, a.name as app, p.name, p.requested_name, p.reads_without_number,
        p.client_salt, p.client_rounds, p.client_password, p.client_id, %1$s
      from powerjob_app p join app a on a.id = p.app_id
      where a.deleted_at is null order by p.app_id limit ?
      """
          .formatted(LANES);

  private static final String FIND =
      """
      select p.app_id, a.name as app, p.name, p.requested_name, p.reads_without_number,
        p.client_salt, p.client_rounds, p.client_password, p.client_id, %1$s
      from powerjob_app p join app a on a.id = p.app_id
      where a.deleted_at is null and p.app_id = ?
      """
          .formatted(LANES);

  /** A deleted app keeps its row, and gives the name free here. */
  private static final String FREE_NAME =
      """
      delete from powerjob_app p using app a
      where p.name = ? and a.id = p.app_id and a.deleted_at is not null
      """;

  /** Changes nothing if another app has the name. */
  private static final String OPEN =
      """
      insert into powerjob_app (app_id, name, requested_name, reads_without_number)
      select ?, ?, ?, coalesce(?, false)
      where not exists (select from powerjob_app where name = ? and app_id <> ?)
      on conflict (app_id) do update set
        name = excluded.name,
        requested_name = excluded.requested_name,
        reads_without_number = coalesce(?, powerjob_app.reads_without_number)
      """;

  /** The app with the longest name that the text is, or with which it begins. */
  private static final String NAMESAKE =
      """
      select a.id
      from app a cross join (select lower(?) as name) asked
      where a.deleted_at is null
        and (asked.name = a.name
          or (starts_with(asked.name, a.name)
            and substr(asked.name, length(a.name) + 1, 1) in ('-', '_', '.', ':')))
      order by length(a.name) desc
      limit 1
      """;

  private static final String SET_PASSWORD =
      """
      update powerjob_app
      set client_salt = ?, client_rounds = ?, client_password = ?, client_id = ? where app_id = ?
      """;

  private static final String CLOSE = "delete from powerjob_app where app_id = ?";

  private final EngineDatabase database;

  OpenedAppStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * An opened app as it is stored.
   *
   * @param requestedName waits for an admin; null if there is none
   * @param readsWithoutNumber whether clients of 4.x read runs
   * @param password of its clients; null if it has none
   */
  public record Stored(
      OpenedApp app, String requestedName, boolean readsWithoutNumber, ClientPassword password) {}

  /**
   * The new row of an opened app.
   *
   * @param name by which workers ask for it
   * @param requestedName waits for an admin; null if there is none
   * @param readsWithoutNumber null keeps the present value
   * @param password null keeps the present one, if there is any
   */
  record Change(
      String name, String requestedName, Boolean readsWithoutNumber, ClientPassword password) {}

  List<Stored> list() {
    return database.autocommit(
        connection -> SqlStatement.of(connection, LIST).with(MAX_APPS).list(OpenedAppStore::read));
  }

  Optional<Stored> find(int appId) {
    return database.autocommit(
        connection -> SqlStatement.of(connection, FIND).with(appId).first(OpenedAppStore::read));
  }

  /** Returns true if no other app has the better right to the name: none is named more like it. */
  boolean isOwnName(int appId, String name) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, NAMESAKE)
                .withText(name)
                .first(row -> row.getInt(1))
                .filter(owner -> owner == appId)
                .isPresent());
  }

  /** Returns false if another app has the name. */
  boolean open(int appId, Change change) {
    return database.transaction(
        connection -> {
          SqlStatement.of(connection, FREE_NAME).with(change.name()).update();
          boolean isOpen =
              SqlStatement.of(connection, OPEN)
                      .with(appId)
                      .withText(change.name())
                      .withText(change.requestedName())
                      .with(change.readsWithoutNumber())
                      .withText(change.name())
                      .with(appId)
                      .with(change.readsWithoutNumber())
                      .update()
                  == 1;
          ClientPassword password = change.password();
          if (isOpen && password != null) {
            SqlStatement.of(connection, SET_PASSWORD)
                .with(HexFormat.of().parseHex(password.salt()))
                .with(password.rounds())
                .with(password.proof().bytes())
                .with(password.clientId().bytes())
                .with(appId)
                .update();
          }
          return isOpen;
        });
  }

  void close(int appId) {
    database.autocommit(connection -> SqlStatement.of(connection, CLOSE).with(appId).update());
  }

  private static Stored read(ResultSet row) throws SQLException {
    byte[] salt = row.getBytes("client_salt");
    return new Stored(
        new OpenedApp(
            row.getInt("app_id"),
            row.getString("app"),
            row.getString("name"),
            row.getBoolean("runs_heavy_jobs"),
            WorkerSelector.of(SqlStatement.list(row, "selectors", String.class))),
        row.getString("requested_name"),
        row.getBoolean("reads_without_number"),
        salt == null
            ? null
            : new ClientPassword(
                HexFormat.of().formatHex(salt),
                row.getInt("client_rounds"),
                TokenHash.of(row.getBytes("client_password")),
                TokenHash.of(row.getBytes("client_id"))));
  }
}
