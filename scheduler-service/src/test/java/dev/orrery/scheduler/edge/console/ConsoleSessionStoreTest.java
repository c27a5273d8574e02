package dev.orrery.scheduler.edge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.http.security.TokenHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsoleSessionStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2027-01-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final TokenHash TOKEN = TokenHash.of("token");
  private static final TokenHash ID = TokenHash.of("id");

  @Test
  void findsSessionUntilExpiry() {
    Instant expiresAt = at(NOON).insertSession(ID, TOKEN, HOUR);

    assertThat(expiresAt).isEqualTo(NOON.plus(HOUR));
    assertThat(find(expiresAt.minusMillis(1), ID)).contains(new ConsoleSession(TOKEN, expiresAt));
    assertThat(find(expiresAt, ID)).isEmpty();
  }

  @Test
  void findsSeveralSessionsInSingleQuery() {
    TokenHash other = TokenHash.of("other");
    TokenHash ended = TokenHash.of("ended");
    List.of(ID, other, ended).forEach(id -> at(NOON).insertSession(id, TOKEN, HOUR));
    at(NOON).end(ended);

    assertThat(at(NOON).find(List.of(ID, ended, other))).containsOnlyKeys(ID, other);
  }

  @Test
  void storesOnlyHashesOfSessionIdAndToken() {
    at(NOON).insertSession(ID, TOKEN, HOUR);

    assertThat(database.texts("select console_session::text from console_session"))
        .singleElement()
        .asString()
        .contains(ID.hex(), TOKEN.hex());
  }

  @Test
  void endsGivenSessionOnly() {
    TokenHash other = TokenHash.of("other");
    at(NOON).insertSession(ID, TOKEN, HOUR);
    at(NOON).insertSession(other, TOKEN, HOUR);

    at(NOON).end(ID);

    assertThat(find(NOON, ID)).isEmpty();
    assertThat(find(NOON, other)).isPresent();
  }

  @Test
  void removesOldestSessionOfTokenBeyondMaximum() {
    TokenHash ofAnother = TokenHash.of("of another token");
    at(NOON).insertSession(ofAnother, TokenHash.of("another token"), HOUR);
    at(NOON).insertLink(TokenHash.of("a link"), TOKEN, HOUR);
    database.update(
        """
        insert into console_session (hash, token_hash, created_at, expires_at)
        select sha256(convert_to('id-' || n, 'UTF8')), ?,
          ?::timestamptz + n * interval '1 millisecond', ?::timestamptz
        from generate_series(0, ?) n
        """,
        TOKEN.bytes(),
        NOON.toString(),
        NOON.plus(HOUR).toString(),
        ConsoleSessionStore.MAX_OF_TOKEN - 1);
    assertThat(find(NOON, TokenHash.of("id-0"))).isPresent();

    at(NOON.plusSeconds(1)).insertSession(ID, TOKEN, HOUR);

    assertThat(find(NOON, TokenHash.of("id-0"))).isEmpty();
    assertThat(find(NOON, TokenHash.of("id-1"))).isPresent();
    assertThat(find(NOON, ID)).isPresent();
    assertThat(find(NOON, ofAnother)).isPresent();
    assertThat(at(NOON).redeem(TokenHash.of("a link"))).contains(TOKEN);
  }

  @Test
  void redeemsLinkOnceBeforeExpiry() {
    Instant expiresAt = at(NOON).insertLink(ID, TOKEN, HOUR);

    assertThat(at(expiresAt.minusMillis(1)).redeem(ID)).contains(TOKEN);
    assertThat(at(NOON).redeem(ID)).isEmpty();

    at(NOON).insertLink(ID, TOKEN, HOUR);
    assertThat(at(expiresAt).redeem(ID)).isEmpty();
  }

  @Test
  void redeemsLinkOnlyForFirstOfConcurrentCallers() {
    store(database.hot()).insertLink(ID, TOKEN, HOUR);
    StoreDatabase.Client first = database.begin();
    assertThat(store(first).redeem(ID)).contains(TOKEN);

    Call<Optional<TokenHash>> second = database.call(client -> store(client).redeem(ID));
    second.awaitBlocked();
    first.commit();

    assertThat(second.result()).isEmpty();
  }

  @Test
  void distinguishesLinksFromSessions() {
    TokenHash link = TokenHash.of("link");
    at(NOON).insertSession(ID, TOKEN, HOUR);
    at(NOON).insertLink(link, TOKEN, HOUR);

    assertThat(find(NOON, link)).isEmpty();
    assertThat(at(NOON).redeem(ID)).isEmpty();
    at(NOON).end(link);

    assertThat(find(NOON, ID)).isPresent();
    assertThat(at(NOON).redeem(link)).isPresent();
  }

  @Test
  void prunesExpiredSessionsAndLinks() {
    at(NOON).insertSession(ID, TOKEN, HOUR);
    at(NOON).insertLink(TokenHash.of("link"), TOKEN, HOUR.dividedBy(2));

    at(NOON.plus(HOUR)).prune();
    assertThat(rows()).isEqualTo(1);

    at(NOON.plus(HOUR).plusMillis(1)).prune();
    assertThat(rows()).isZero();
  }

  private long rows() {
    return database.number("select count(*) from console_session");
  }

  private Optional<ConsoleSession> find(Instant now, TokenHash id) {
    return Optional.ofNullable(at(now).find(List.of(id)).get(id));
  }

  private ConsoleSessionStore at(Instant now) {
    return store(database.hotAt(now));
  }

  private static ConsoleSessionStore store(StoreDatabase.Client client) {
    return new ConsoleSessionStore(client);
  }
}
