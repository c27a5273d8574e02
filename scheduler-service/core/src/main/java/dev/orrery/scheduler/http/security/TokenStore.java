package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Reads tokens; {@link TokenCache} limits how often. */
@ApplicationScoped
class TokenStore {
  /** The limit keeps the planner from reading all apps for the first tokens. */
  private static final String FIND =
      """
      select t.hash, t.role, t.id as token, t.expires_at, a.id, a.name
      from token t cross join lateral (
        select a.id, a.name from app a where a.id = t.app_id and a.deleted_at is null limit 1) a
      where t.hash = any(?) and t.revoked_at is null
      """;

  private final EngineDatabase database;

  TokenStore(EngineDatabase database) {
    this.database = database;
  }

  /** Returns the tokens that exist and are not revoked; they may have expired. */
  Map<TokenHash, StoredToken> find(Collection<TokenHash> hashes) {
    return database.autocommit(
        connection -> {
          Map<TokenHash, StoredToken> found = new HashMap<>();
          SqlStatement.of(connection, FIND)
              .bytes(TokenHash.bytes(hashes))
              .list(
                  row -> {
                    TokenHash hash = TokenHash.of(row.getBytes("hash"));
                    return found.put(hash, token(row, hash));
                  });
          return found;
        });
  }

  private static StoredToken token(ResultSet row, TokenHash hash) throws SQLException {
    Caller owner =
        new Caller(
            Role.ofToken(row.getString("role")),
            row.getInt("id"),
            row.getString("name"),
            row.getLong("token"),
            CallerCredential.of(hash));
    return new StoredToken(owner, SqlStatement.instant(row, "expires_at"));
  }
}
