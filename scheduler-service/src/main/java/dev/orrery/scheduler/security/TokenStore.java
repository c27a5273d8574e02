package dev.orrery.scheduler.security;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The read of a token, which happens at most every five seconds for each. */
@ApplicationScoped
class TokenStore {
  private static final String FIND =
      """
      select t.role, t.id as token, a.id, a.name
      from token t join app a on a.id = t.app_id and a.deleted_at is null
      where t.hash = ? and t.revoked_at is null
      """;

  private final EngineDatabase database;

  TokenStore(EngineDatabase database) {
    this.database = database;
  }

  Optional<Caller> find(TokenHash hash) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, FIND)
                .with(hash.bytes())
                .first(
                    row ->
                        new Caller(
                            Role.ofToken(row.getString("role")),
                            row.getInt("id"),
                            row.getString("name"),
                            row.getLong("token"))));
  }
}
