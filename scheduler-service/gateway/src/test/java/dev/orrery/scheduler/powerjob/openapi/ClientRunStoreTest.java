package dev.orrery.scheduler.powerjob.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.model.instance.InstanceState;
import org.junit.jupiter.api.Test;

class ClientRunStoreTest extends StoreTest {
  private static final long NUMBER = 7;

  @Test
  void assignsNumberToOnlyOneOfTwoConcurrentRetries() {
    StoreDatabase.Client first = database.begin();
    assertThat(retried(first, NUMBER, 10)).isTrue();
    Call<Boolean> second =
        database.<Boolean>call(client -> retried(client, NUMBER, 11)).awaitBlocked();

    first.commit();

    assertThat(second.result()).isFalse();
    assertThat(database.number("select instance_id from powerjob_retry")).isEqualTo(10);
    assertThat(retried(database.hot(), 10, 12)).isTrue();
    assertThat(database.number("select instance_id from powerjob_retry")).isEqualTo(12);
  }

  /**
   * @param newest the run that the number means
   */
  private static boolean retried(StoreDatabase.Client client, long newest, long retry) {
    ClientRun run =
        new ClientRun(
            NUMBER,
            newest,
            1,
            1,
            InstanceState.FAILED,
            1,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return client.autocommit(connection -> ClientRunStore.retried(connection, run, retry));
  }
}
