package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The apps that are open to workers of PowerJob. */
@ApplicationScoped
class OpenedAppStore {
  static final int MAX_APPS = 10_000;

  private static final String LIST =
      """
      select p.app_id, a.name as app, p.name from powerjob_app p join app a on a.id = p.app_id
      where a.deleted_at is null order by p.app_id limit ?
      """;

  private static final String FIND =
      """
      select p.app_id, a.name as app, p.name from powerjob_app p join app a on a.id = p.app_id
      where a.deleted_at is null and p.app_id = ?
      """;

  /** A deleted app keeps its row, and gives the name free here. */
  private static final String FREE_NAME =
      """
      delete from powerjob_app p using app a
      where p.name = ? and a.id = p.app_id and a.deleted_at is not null
      """;

  /** Changes nothing if another app has the name. */
  private static final String OPEN =
      """
      insert into powerjob_app (app_id, name) select ?, ?
      where not exists (select from powerjob_app where name = ? and app_id <> ?)
      on conflict (app_id) do update set name = excluded.name
      """;

  private static final String CLOSE = "delete from powerjob_app where app_id = ?";

  private final EngineDatabase database;

  OpenedAppStore(EngineDatabase database) {
    this.database = database;
  }

  List<OpenedApp> list() {
    return database.autocommit(
        connection -> SqlStatement.of(connection, LIST).with(MAX_APPS).list(OpenedAppStore::read));
  }

  Optional<OpenedApp> find(int appId) {
    return database.autocommit(
        connection -> SqlStatement.of(connection, FIND).with(appId).first(OpenedAppStore::read));
  }

  /** Returns false if another app has the name. */
  boolean open(int appId, String name) {
    return database.transaction(
        connection -> {
          SqlStatement.of(connection, FREE_NAME).with(name).update();
          return SqlStatement.of(connection, OPEN)
                  .with(appId)
                  .withText(name)
                  .withText(name)
                  .with(appId)
                  .update()
              == 1;
        });
  }

  void close(int appId) {
    database.autocommit(connection -> SqlStatement.of(connection, CLOSE).with(appId).update());
  }

  private static OpenedApp read(ResultSet row) throws SQLException {
    return new OpenedApp(row.getInt("app_id"), row.getString("app"), row.getString("name"));
  }
}
