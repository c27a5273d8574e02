package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.IdempotencyStore;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BulkCallStoreTest extends StoreTest {
  private static final Idempotency CALL = new Idempotency("key", "00");
  private static final BulkResponse RESPONSE = BulkResponse.of(5, 3, 77L);

  private int app;

  @BeforeEach
  void createApp() {
    app = database.job().app();
  }

  @Test
  void returnsStoredResponseForRepeatedCall() {
    assertThat(find(app, CALL)).isEmpty();
    call(database.hot(), app, CALL, RESPONSE);

    assertThat(find(app, CALL)).contains(RESPONSE);
  }

  @Test
  void returnsStoredResponseOfLastStepWithoutCursor() {
    BulkResponse last = BulkResponse.of(5, 3, null);
    call(database.hot(), app, CALL, last);

    assertThat(find(app, CALL)).contains(last);
  }

  @Test
  void separatesIdempotencyKeysPerApp() {
    int other = database.job().app();
    call(database.hot(), app, CALL, RESPONSE);
    call(database.hot(), other, CALL, BulkResponse.of(1, 1, null));

    assertThat(find(app, CALL)).contains(RESPONSE);
    assertThat(find(other, CALL)).contains(BulkResponse.of(1, 1, null));
  }

  @Test
  void refusesReusedKeyForDifferentCall() {
    call(database.hot(), app, CALL, RESPONSE);

    assertRefused(ErrorCode.INVALID, () -> find(app, new Idempotency("key", "11")));
  }

  /** The second of two replicas would retry the same instances again. */
  @Test
  void refusesSecondOfTwoConcurrentCallsAfterFirstSucceeds() {
    StoreDatabase.Client first = database.begin();
    call(first, app, CALL, RESPONSE);
    Call<Boolean> second =
        database
            .call(
                client -> {
                  assertRefused(ErrorCode.UNAVAILABLE, () -> call(client, app, CALL, RESPONSE));
                  return true;
                })
            .awaitBlocked();

    first.commit();

    assertThat(second.result()).isTrue();
    assertThat(find(app, CALL)).contains(RESPONSE);
  }

  @Test
  void acceptsSecondOfTwoConcurrentCallsWhenFirstFails() {
    StoreDatabase.Client first = database.begin();
    call(first, app, CALL, BulkResponse.of(9, 9, null));
    Call<Boolean> second =
        database
            .call(
                client -> {
                  call(client, app, CALL, RESPONSE);
                  return true;
                })
            .awaitBlocked();

    first.rollback();

    assertThat(second.result()).isTrue();
    assertThat(find(app, CALL)).contains(RESPONSE);
  }

  @Test
  void runsConcurrentlyWithCallsOfDifferentKeyOrApp() {
    int other = database.job().app();
    StoreDatabase.Client first = database.begin();
    call(first, app, CALL, RESPONSE);

    assertThat(
            database.<Boolean>callWithoutBlocking(
                client -> {
                  call(client, app, new Idempotency("other key", "00"), RESPONSE);
                  call(client, other, CALL, RESPONSE);
                  return true;
                }))
        .isTrue();
  }

  private static void call(
      EngineDatabase client, int app, Idempotency call, BulkResponse response) {
    client.transaction(
        connection -> {
          IdempotencyStore.reserve(connection, app, call);
          BulkCallStore.keep(connection, app, call, response);
          return response;
        });
  }

  private Optional<BulkResponse> find(int ofApp, Idempotency call) {
    return database.hot().autocommit(connection -> BulkCallStore.find(connection, ofApp, call));
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(ProblemException.class)
        .extracting(refusal -> ((ProblemException) refusal).problem().code())
        .isEqualTo(code);
  }
}
