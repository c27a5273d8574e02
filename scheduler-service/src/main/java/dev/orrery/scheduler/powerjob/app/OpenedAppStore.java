package dev.orrery.scheduler.powerjob.app;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The apps that are open to PowerJob workers. */
@ApplicationScoped
public class OpenedAppStore {
  static final int MAX_APPS = 10_000;

  private static final String LIST =
      """
      select p.app_id, a.name as app, p.name, p.client_salt, p.client_rounds, p.client_password,
        p.client_id
      from powerjob_app p join app a on a.id = p.app_id
      where a.deleted_at is null order by p.app_id limit ?
      """;

  private static final String FIND =
      """
      select p.app_id, a.name as app, p.name, p.client_salt, p.client_rounds, p.client_password,
        p.client_id
      from powerjob_app p join app a on a.id = p.app_id
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
   * @param password of its clients; null if it has none
   */
  public record Stored(OpenedApp app, ClientPassword password) {}

  List<Stored> list() {
    return database.autocommit(
        connection -> SqlStatement.of(connection, LIST).with(MAX_APPS).list(OpenedAppStore::read));
  }

  Optional<Stored> find(int appId) {
    return database.autocommit(
        connection -> SqlStatement.of(connection, FIND).with(appId).first(OpenedAppStore::read));
  }

  /**
   * Returns false if another app has the name.
   *
   * @param password null keeps the present one, if there is any
   */
  boolean open(int appId, String name, ClientPassword password) {
    return database.transaction(
        connection -> {
          SqlStatement.of(connection, FREE_NAME).with(name).update();
          boolean isOpen =
              SqlStatement.of(connection, OPEN)
                      .with(appId)
                      .withText(name)
                      .withText(name)
                      .with(appId)
                      .update()
                  == 1;
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
        new OpenedApp(row.getInt("app_id"), row.getString("app"), row.getString("name")),
        salt == null
            ? null
            : new ClientPassword(
                HexFormat.of().formatHex(salt),
                row.getInt("client_rounds"),
                TokenHash.of(row.getBytes("client_password")),
                TokenHash.of(row.getBytes("client_id"))));
  }
}
