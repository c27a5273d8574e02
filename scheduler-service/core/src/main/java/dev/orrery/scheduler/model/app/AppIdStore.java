package dev.orrery.scheduler.model.app;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Reads the ids of apps by their names. */
@ApplicationScoped
class AppIdStore {
  private static final String FIND =
      "select name, id from app where name = any(?) and deleted_at is null";

  private final EngineDatabase database;

  AppIdStore(EngineDatabase database) {
    this.database = database;
  }

  Map<String, Integer> find(Collection<String> names) {
    Map<String, Integer> ids = new HashMap<>();
    database
        .autocommit(
            connection ->
                SqlStatement.of(connection, FIND)
                    .texts(names)
                    .list(row -> Map.entry(row.getString("name"), row.getInt("id"))))
        .forEach(app -> ids.put(app.getKey(), app.getValue()));
    return ids;
  }
}
